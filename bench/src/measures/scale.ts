import { setTimeout as delay } from 'node:timers/promises';
import { called, start } from '../contenders.js';
import { compare, drive, echo, type Cost, type Effort } from '../load.js';
import { RedisProcess } from '../redis-process.js';
import { ServerProcess } from '../server-process.js';
import { spreadOf, type Spread } from '../statistics.js';
import type { BenchClient } from '../wire/bench-client.js';
import { connect, connectAcross } from '../wire/client.js';
import { measureTimes, type ScaleTime } from './scale-times.js';

/** Ours with the backplane beside ours without it. */
export interface ScaleFigures {
  calls: Map<string, Cost>;
  /** CPU of a call of two processes and Redis, in times of that of two processes that share nothing. */
  pair: Spread;
  /** Messages on the bus for one plain call. */
  messages: number;
  /** Commands that Redis ran for one plain call, signs of life included. */
  commands: number;
  /** Sessions in one MiB of Redis. */
  sessions: number;
  times: ScaleTime[];
}

const unknown = { median: Number.NaN, low: Number.NaN, high: Number.NaN };
const MIB = 1024 ** 2;

/** Nothing was measured. */
export const noScale: ScaleFigures = {
  calls: new Map(),
  pair: unknown,
  messages: Number.NaN,
  commands: Number.NaN,
  sessions: Number.NaN,
  times: [],
};

/** `tools/call` in sessions that the process knows, with a real Redis and without; two processes; and how long what takes. */
export async function measureScale(effort: Effort, sessions: number): Promise<ScaleFigures> {
  const redis = await RedisProcess.start();
  if (!redis) {
    console.warn('LEFT OUT: scale: there is no redis-server');
    return noScale;
  }
  const calls = await measureCalls(redis, effort);
  const pair = await measurePair(redis, effort);
  const kept = await measureSessions(redis, sessions);
  const times = await measureTimes(redis);
  await redis.stop();
  return { ...calls, pair, sessions: kept, times };
}

async function measureCalls(redis: RedisProcess, effort: Effort) {
  const alone = called('ours, session');
  const settings = { ...alone.settings, redis: redis.url };
  const started = await start([alone, { ...alone, name: 'ours, session, backplane', settings }]);
  const calls = await compare(started, echo, effort);
  const found = { calls, messages: Number.NaN, commands: Number.NaN };
  const { server } = started[1] ?? {};
  if (server) {
    const clients = await Promise.all(
      Array.from({ length: effort.clients }, () => connect('session', server.port)),
    );
    // The first call of a session tells the other processes that its client has gone on.
    await drive(clients, echo, 10 * effort.clients);
    const before = await redis.figures();
    await drive(clients, echo, effort.requests);
    const after = await redis.figures();
    found.messages = (after.messages - before.messages) / effort.requests;
    found.commands = (after.commands - before.commands) / effort.requests;
    await Promise.all(clients.map((client) => client.close()));
  }
  for (const one of started) await one.server.stop();
  return found;
}

/** Two processes under one load: those that share get each session's calls in turn, the others get sessions of their own. */
async function measurePair(redis: RedisProcess, effort: Effort): Promise<Spread> {
  const startTwo = (url: string): Promise<ServerProcess[]> =>
    Promise.all([1, 2].map(() => ServerProcess.start('ours', { way: 'session', redis: url })));
  const shared = await startTwo(redis.url);
  const apart = await startTwo('');
  const ports = shared.map(({ port }) => port);
  const requests = 2 * effort.requests;
  const many = <T>(make: (n: number) => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: effort.clients }, (_, n) => make(n)));
  const across = await many(() => connectAcross(ports));
  const alone = await many((n) => connect('session', apart[n % 2]?.port ?? 0));
  const costOf = async (
    servers: readonly ServerProcess[],
    clients: readonly BenchClient[],
    isShared: boolean,
  ): Promise<number> => {
    const spent = async (): Promise<number> => {
      const all = await Promise.all(servers.map((server) => server.figures()));
      const ofRedis = isShared ? (await redis.figures()).cpu : 0;
      return all.reduce((sum, { cpu }) => sum + cpu, ofRedis);
    };
    await delay(50);
    await drive(clients, echo, effort.requests / 2);
    const before = await spent();
    await drive(clients, echo, requests);
    return ((await spent()) - before) / requests;
  };
  await drive(across, echo, effort.warmup);
  await drive(alone, echo, effort.warmup);
  const ratios: number[] = [];
  // Five processes share the cores here, so that single rounds differ more than elsewhere.
  for (let round = 0; round < 3 * effort.rounds; round++) {
    const costs = { shared: 0, apart: 0 };
    const both = [
      async () => (costs.shared = await costOf(shared, across, true)),
      async () => (costs.apart = await costOf(apart, alone, false)),
    ];
    for (const measure of round % 2 === 0 ? both : both.toReversed()) await measure();
    ratios.push(costs.shared / costs.apart);
  }
  await Promise.all([...across, ...alone].map((client) => client.close()));
  await Promise.all([...shared, ...apart].map((server) => server.stop()));
  return spreadOf(ratios);
}

async function measureSessions(redis: RedisProcess, count: number): Promise<number> {
  const server = await ServerProcess.start('ours', { way: 'session', redis: redis.url });
  const open = async (many: number): Promise<BenchClient[]> => {
    const clients: BenchClient[] = [];
    while (clients.length < many) {
      const some = Array.from({ length: 32 }, () => connect('session', server.port));
      clients.push(...(await Promise.all(some)));
    }
    return clients;
  };
  const warm = await open(64);
  const before = (await redis.figures()).memory;
  const clients = await open(count);
  const after = (await redis.figures()).memory;
  for (const client of [...warm, ...clients]) await client.close();
  await server.stop();
  return clients.length / ((after - before) / MIB);
}
