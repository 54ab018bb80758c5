import { once } from 'node:events';
import { startProcess } from '../support/ways-in.js';
import { describeWithRedis, TestRedis } from './redis.server.js';
import { events, next, post, until, WireSession, type WireEvent } from './wire.js';

type Process = Awaited<ReturnType<typeof startProcess>>;

const reindex = (id: string) => ({
  id,
  method: 'tools/call',
  params: { name: 'reindex', arguments: { batches: 100 }, _meta: { progressToken: id } },
});
const lost = { code: -32603, data: { reason: 'process_lost' } };
const isAnswerTo = (id: string) => (event: WireEvent) => event.message.id === id;
const isProgress = (event: WireEvent) => event.message.method === 'notifications/progress';

describeWithRedis('Processes of the reference app', () => {
  let redis: TestRedis;
  let processes: Process[];
  let a: Process;
  let b: Process;

  const start = () =>
    startProcess({ REDIS_URL: redis.url, STATE_SECRET: 'a secret of all processes, 32 bytes' });

  beforeAll(async () => {
    redis = await TestRedis.start();
  });

  beforeEach(async () => {
    processes = await Promise.all([start(), start()]);
    [a, b] = processes as [Process, Process];
  });

  afterEach(async () => {
    for (const { child } of processes) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
  });

  afterAll(() => redis.end());

  /** The stream of HTTP+SSE at one process, for messages that are posted at another one. */
  const openSse = async (streamAt: Process, postAt: Process) => {
    const stream = events(await fetch(`${streamAt.url}/sse`));
    const { data } = await next(stream, ({ event }) => event === 'endpoint');
    const send = (message: Record<string, unknown>) =>
      post(`${postAt.url}${data}`, { jsonrpc: '2.0', ...message });
    await send({
      id: 'init',
      method: 'initialize',
      params: {
        protocolVersion: '2024-11-05',
        capabilities: {},
        clientInfo: { name: 'wire', version: '1' },
      },
    });
    await next(stream, isAnswerTo('init'));
    return { stream, send, id: data.slice(data.indexOf('=') + 1) };
  };

  it('lose only the calls that ran in one that is killed, and report it', async () => {
    const session = await WireSession.open([a.url]);
    const stream = events(await session.post(a.url, reindex('1')));
    const { id } = await next(stream, isProgress);
    a.child.kill('SIGKILL');
    const resumed = events(await session.get(b.url, id));
    const { message } = await next(resumed, isAnswerTo('1'));
    expect(message.error).toMatchObject(lost);
    const { result } = await session.ask(b.url, '2', 'tools/list');
    expect(result).toHaveProperty('tools');
  });

  it('end the stream sessions of one that is killed', async () => {
    const { stream, send, id } = await openSse(a, b);
    const ended = (async () => {
      for await (const event of stream) expect(event).toBeDefined();
    })();
    a.child.kill('SIGKILL');
    await expect(ended).rejects.toThrow();
    await until(async () => (await send({ id: 2, method: 'ping' })).status === 404);
    // What it had in Redis is gone as well.
    const kept = `*:session:${id}`;
    await until(async () => (await redis.command('KEYS', kept)).length === 0);
  });

  it('answer on a stream for the call of one that is killed', async () => {
    const { stream, send } = await openSse(a, b);
    await send(reindex('1'));
    await next(stream, isProgress);
    b.child.kill('SIGKILL');
    const { message } = await next(stream, isAnswerTo('1'));
    expect(message.error).toMatchObject(lost);
  });

  it('answer for the call of one that has just begun', async () => {
    const late = await start();
    processes.push(late);
    const { stream, send } = await openSse(a, late);
    await send(reindex('1'));
    await next(stream, isProgress);
    late.child.kill('SIGKILL');
    const { message } = await next(stream, isAnswerTo('1'));
    expect(message.error).toMatchObject(lost);
  });

  it('pass on their sessions when one is stopped, and answer its calls or give the reason', async () => {
    const session = await WireSession.open([a.url]);
    const stream = events(await session.post(a.url, reindex('1')));
    const { id } = await next(stream, isProgress);
    a.child.kill('SIGTERM');
    const ended = once(a.child, 'exit');
    const resumed = events(await session.get(b.url, id));
    const { message } = await next(resumed, isAnswerTo('1'));
    // It depends on the machine whether the call is done within the grace.
    const { result: done, error } = message as { result?: object; error?: { message: string } };
    expect(done ?? error?.message).toEqual(
      done ? expect.anything() : 'The server is shutting down',
    );
    expect(await ended).toEqual([0, null]);
    const { result } = await session.ask(b.url, '2', 'tools/list');
    expect(result).toHaveProperty('tools');
  });
});
