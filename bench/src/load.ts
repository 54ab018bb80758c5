import { setTimeout as delay } from 'node:timers/promises';
import type { Started } from './contenders.js';
import { spreadOf, quantile, type Spread } from './statistics.js';
import type { BenchClient, Result } from './wire/bench-client.js';
import { connect } from './wire/client.js';

/** What is asked again and again, and what must come back. */
export interface Load {
  method: string;
  params(n: number): object;
  /** Throws where the answer is not that of the n-th request. */
  check(result: Result, n: number): void;
}

/** How much of it. */
export interface Effort {
  clients: number;
  /** Requests before anything is measured. */
  warmup: number;
  rounds: number;
  /** In one round. */
  requests: number;
}

/** What one contender needed. CPU of its process in µs a request, latencies in ms. */
export interface Cost {
  name: string;
  cpu: Spread;
  /** Round by round, in the order of all contenders' rounds. */
  rounds: number[];
  p50: number;
  p99: number;
  /** Resident memory at the end, bytes. */
  rss: number;
}

/** Asks `echo` for something that nobody else asks for. */
export const echo: Load = {
  method: 'tools/call',
  params: (n) => ({ name: 'echo', arguments: { message: `message ${n}` } }),
  check(result, n) {
    const text = result.content?.[0]?.text;
    if (text !== `message ${n}`) throw new Error(`echo ${n} answered ${String(text)}`);
  },
};

/** Rounds of all contenders in turn, so that a noisy minute hits all of them; the order is reversed every time. */
export async function compare(
  contenders: readonly Started[],
  loadOf: Load | ((contender: Started) => Load),
  { clients, warmup, rounds, requests }: Effort,
): Promise<Map<string, Cost>> {
  const runs = await Promise.all(
    contenders.map(async (contender) => ({
      name: contender.name,
      server: contender.server,
      requests: contender.slow ? requests / 10 : requests,
      warmup: contender.slow ? warmup / 10 : warmup,
      load: typeof loadOf === 'function' ? loadOf(contender) : loadOf,
      cpu: [] as number[],
      latencies: [] as number[],
      clients: await Promise.all(
        Array.from({ length: clients }, () => connect(contender.way, contender.server.port)),
      ),
    })),
  );
  for (const run of runs) {
    await drive(run.clients, run.load, run.warmup);
    await run.server.settled();
  }
  for (let round = 0; round < rounds; round++) {
    for (const run of round % 2 === 0 ? runs : runs.toReversed()) {
      // The lull lets the previous server finish what it does on the side; the unmeasured requests bring back what V8 and the caches have let go.
      await delay(50);
      await drive(run.clients, run.load, Math.ceil(run.requests / 2));
      const before = await run.server.figures();
      run.latencies.push(...(await drive(run.clients, run.load, run.requests)));
      run.cpu.push(((await run.server.figures()).cpu - before.cpu) / run.requests);
    }
  }
  const costs = new Map<string, Cost>();
  for (const { name, server, cpu, latencies, clients: open } of runs) {
    costs.set(name, {
      name,
      cpu: spreadOf(cpu),
      rounds: cpu,
      p50: quantile(latencies, 0.5),
      p99: quantile(latencies, 0.99),
      rss: (await server.figures()).rss,
    });
    await Promise.all(open.map((client) => client.close()));
  }
  return costs;
}

/**
 * Keeps every client busy until `requests` are answered; their latencies in ms. The load generator does not sleep
 * meanwhile: a server that writes to a process which sleeps has to wake it, which costs as much as the writing and
 * which no server pays whose client is on another machine.
 */
export async function drive(
  clients: readonly BenchClient[],
  { method, params, check }: Load,
  requests: number,
): Promise<number[]> {
  const latencies: number[] = [];
  let next = 0;
  let isOver = false;
  const stayAwake = (): void => {
    if (!isOver) setImmediate(stayAwake);
  };
  stayAwake();
  await Promise.all(
    clients.map(async (client) => {
      while (next < requests) {
        const n = next++;
        const began = performance.now();
        const result = await client.request(method, params(n));
        latencies.push(performance.now() - began);
        check(result, n);
      }
    }),
  ).finally(() => {
    isOver = true;
  });
  return latencies;
}

/** How many times as much the one needs as the other: round by round, which cancels the machine's moods. */
export function ratio(one: Cost, other: Cost): Spread {
  return spreadOf(one.rounds.map((cpu, round) => cpu / (other.rounds[round] ?? Number.NaN)));
}
