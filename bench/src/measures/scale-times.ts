import { setTimeout as delay } from 'node:timers/promises';
import type { RedisProcess } from '../redis-process.js';
import { ServerProcess } from '../server-process.js';
import { openTask, SpreadSession, type SpreadStream } from '../wire/spread-session.js';

/** How long something took each time, ms, and how long it may take. */
export interface ScaleTime {
  what: string;
  bound: number;
  times: number[];
}

const FEW = 3;
const MANY = 10;

/** How long it takes until the other process knows, or until a client reads what has happened. */
export async function measureTimes(redis: RedisProcess): Promise<ScaleTime[]> {
  const settings = { way: 'session', tools: 0, redis: redis.url } as const;
  const boot = (): Promise<ServerProcess> => ServerProcess.start('ours', settings);
  let [a, b] = await Promise.all([boot(), boot()]);
  const found: ScaleTime[] = [];
  const measure = async (
    what: string,
    bound: number,
    count: number,
    once: () => Promise<number>,
  ): Promise<void> => {
    const times: number[] = [];
    for (let i = 0; i < count; i++) times.push(await once());
    found.push({ what, bound, times });
  };
  const killed = async (until: () => Promise<unknown>): Promise<number> => {
    const began = performance.now();
    await a.kill();
    await until();
    const time = performance.now() - began;
    a = await boot();
    return time;
  };

  await measure('a log level that is set at one process holds at another', 500, MANY, async () => {
    const session = await SpreadSession.open(a.port);
    await session.call(b.port, 'speak');
    await session.ask(a.port, 'logging/setLevel', { level: 'error' });
    const began = performance.now();
    while ((await session.call(b.port, 'speak')).includes('notifications/message')) continue;
    return performance.now() - began;
  });
  await measure('a call is cancelled at another process than its own', 1_000, MANY, async () => {
    const session = await SpreadSession.open(a.port);
    const stream = await waiting(session, a.port);
    const began = performance.now();
    await session.cancel(b.port, stream.requestId);
    await stream.end();
    return performance.now() - began;
  });
  await measure(
    'a session that is deleted at one process is 404 at another',
    1_000,
    MANY,
    async () => {
      const session = await SpreadSession.open(a.port);
      await session.ask(b.port, 'ping');
      const began = performance.now();
      await session.delete(a.port);
      await until(async () => (await session.status(b.port)) === 404);
      return performance.now() - began;
    },
  );
  await measure(
    'kill -9 to the first clean answer in the same session elsewhere',
    10_000,
    FEW,
    async () => {
      const session = await SpreadSession.open(a.port);
      return killed(() => until(async () => (await session.status(b.port)) === 200));
    },
  );
  await measure('kill -9 to the error for the call that ran there', 10_000, FEW, async () => {
    const session = await SpreadSession.open(a.port);
    const stream = await waiting(session, a.port);
    return killed(async () => {
      const resumed = await session.resume(b.port, stream.lastEventId);
      await resumed.until('process_lost');
    });
  });
  await measure('kill -9 to 404 for HTTP+SSE sessions of that process', 10_000, FEW, async () => {
    const messages = await SpreadSession.openSse(a.port);
    return killed(() => until(async () => (await SpreadSession.ping(b.port, messages)) === 404));
  });
  await measure('kill -9 to `failed` for tasks of that process', 10_000, FEW, async () => {
    const task = await openTask(a.port);
    return killed(() => until(async () => (await task.at(b.port)).includes('"failed"')));
  });
  await measure('Redis does not answer: 503 for initialize', 5_000, FEW, async () => {
    redis.freeze();
    const began = performance.now();
    const refused = await SpreadSession.open(a.port).catch((error: Error) => error.message);
    const time = performance.now() - began;
    redis.thaw();
    if (!String(refused).includes('503')) throw new Error(`not refused: ${String(refused)}`);
    await until(async () =>
      SpreadSession.open(a.port).then(
        () => true,
        () => false,
      ),
    );
    return time;
  });
  await measure(
    'Redis is back, and empty: 404 for old sessions everywhere',
    15_000,
    FEW,
    async () => {
      const session = await SpreadSession.open(a.port);
      await session.ask(b.port, 'ping');
      await redis.replace();
      const began = performance.now();
      for (const { port } of [a, b]) await until(async () => (await session.status(port)) === 404);
      return performance.now() - began;
    },
  );
  await Promise.all([a.stop(), b.stop()]);
  return found;
}

async function waiting(session: SpreadSession, port: number): Promise<SpreadStream> {
  const stream = await session.stream(port, 'wait');
  await stream.until('notifications/progress');
  return stream;
}

async function until(test: () => Promise<boolean>): Promise<void> {
  while (!(await test())) await delay(2);
}
