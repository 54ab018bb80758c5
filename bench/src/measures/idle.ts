import { Agent } from 'node:http';
import { called, start, type Started } from '../contenders.js';
import { echo } from '../load.js';
import { ServerProcess } from '../server-process.js';
import type { BenchClient } from '../wire/bench-client.js';
import { connect } from '../wire/client.js';
import { openStream } from '../wire/sse-client.js';

const SESSIONS = ['ours, session', 'SDK v1, session', 'mcp-nest 2, session', 'fastmcp, session'];
const STREAMS = ['ours, SSE', 'SDK v1, SSE', 'mcp-nest 1.9, SSE'];
const AT_ONCE = 32;

/** Heap of one idle session in bytes, by contender; and what many open streams come to. */
export interface IdleFigures {
  sessions: Map<string, number>;
  streams: Map<string, number>;
  /** Streams open at once in one process of ours, and how many of them answered. */
  many: { open: number; answered: number; heapEach: number };
}

/** Opens `count` sessions everywhere and leaves them alone; opens `streams` streams on ours, and has each answer. */
export async function measureIdle(count: number, streams: number): Promise<IdleFigures> {
  const sessions = new Map<string, number>();
  for (const one of await start(SESSIONS.map(called))) {
    sessions.set(one.name, await heapEach(one, count));
    await one.server.stop();
  }
  const open = new Map<string, number>();
  open.set('plain Nest', await heapOfPlainStreams(count));
  for (const one of await start(STREAMS.map(called))) {
    open.set(one.name, await heapEach(one, count));
    await one.server.stop();
  }
  return { sessions, streams: open, many: await manyStreams(streams) };
}

async function heapEach(contender: Started, count: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  // What the first ones cost, code and caches, is not theirs.
  const warm = await openClients(contender, 200, agent);
  const before = (await contender.server.settled()).heap;
  const clients = await openClients(contender, count, agent);
  const after = (await contender.server.settled()).heap;
  await Promise.all([...warm, ...clients].map((client) => client.close().catch(() => undefined)));
  agent.destroy();
  return (after - before) / count;
}

async function openClients(
  { way, server }: Started,
  count: number,
  agent: Agent,
): Promise<BenchClient[]> {
  const clients: BenchClient[] = [];
  while (clients.length < count) {
    const some = Math.min(AT_ONCE, count - clients.length);
    const more = Array.from({ length: some }, () => connect(way, server.port, agent));
    clients.push(...(await Promise.all(more)));
  }
  return clients;
}

async function heapOfPlainStreams(count: number): Promise<number> {
  const server = await ServerProcess.start('plain-nest', { guarded: false });
  const open = async (many: number): Promise<{ destroy(): unknown }[]> => {
    const streams: { destroy(): unknown }[] = [];
    for (let i = 0; i < many; i++) {
      await new Promise<void>((resolve, reject) => {
        const opened = openStream(server.port, '/sse', {}, () => resolve());
        opened.then((stream) => streams.push(stream), reject);
      });
    }
    return streams;
  };
  const warm = await open(200);
  const before = (await server.settled()).heap;
  const streams = await open(count);
  const after = (await server.settled()).heap;
  for (const stream of [...warm, ...streams]) stream.destroy();
  await server.stop();
  return (after - before) / count;
}

async function manyStreams(count: number): Promise<IdleFigures['many']> {
  const [ours] = await start([called('ours, SSE')]);
  if (!ours) return { open: 0, answered: 0, heapEach: Number.NaN };
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const before = (await ours.server.settled()).heap;
  const clients = await openClients(ours, count, agent);
  const after = (await ours.server.settled()).heap;
  let answered = 0;
  await inTurn(clients, async (client, n) => {
    echo.check(await client.request(echo.method, echo.params(n)), n);
    answered++;
  });
  await Promise.all(clients.map((client) => client.close()));
  agent.destroy();
  await ours.server.stop();
  return { open: count, answered, heapEach: (after - before) / count };
}

async function inTurn<T>(items: T[], work: (item: T, n: number) => Promise<void>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (next < items.length) {
        const n = next++;
        await work(items[n] as T, n);
      }
    }),
  );
}
