import { called, start, type Started } from '../contenders.js';
import { drive, echo } from '../load.js';
import { connect } from '../wire/client.js';

const CLIENTS = 16;
const STEPS = 5;
const CALLERS = ['ours, session', 'ours, stateless', 'ours, SSE', 'SDK v1, session, JSON'];
const GUESTS = ['ours, session', 'ours, SSE', 'SDK v1, session'];
/** Of peers: some of them keep so much that they would not live to see a million. */
const MOST_OF_PEERS = 100_000;

/** Settled heap in bytes along the way; the first step counts as warm-up. */
export interface SoakFigures {
  name: string;
  count: number;
  heap: number[];
  /** Bytes that each of the later calls or sessions left behind. */
  each: number;
}

/** The heap while `calls` calls are answered. */
export async function measureCalls(calls: number): Promise<SoakFigures[]> {
  return soak(CALLERS, calls, async (contender, count) => {
    const clients = await Promise.all(
      Array.from({ length: CLIENTS }, () => connect(contender.way, contender.server.port)),
    );
    for (let step = 0; step < STEPS; step++) {
      await drive(clients, echo, count / STEPS);
      contender.heap.push((await contender.server.settled()).heap);
    }
    await Promise.all(clients.map((client) => client.close()));
  });
}

/** The heap while `sessions` sessions come, call once, and go. */
export async function measureGuests(sessions: number): Promise<SoakFigures[]> {
  return soak(GUESTS, sessions, async ({ way, server, heap }, count) => {
    for (let step = 0; step < STEPS; step++) {
      let left = count / STEPS;
      const guest = async (): Promise<void> => {
        while (left > 0) {
          const n = left--;
          const client = await connect(way, server.port);
          echo.check(await client.request(echo.method, echo.params(n)), n);
          await client.close();
        }
      };
      const guests = Array.from({ length: CLIENTS }, guest);
      await Promise.all(guests);
      heap.push((await server.settled()).heap);
    }
  });
}

async function soak(
  names: readonly string[],
  count: number,
  run: (contender: Started & { heap: number[] }, count: number) => Promise<void>,
): Promise<SoakFigures[]> {
  const figures: SoakFigures[] = [];
  for (const one of await start(names.map(called))) {
    const heap: number[] = [];
    const own = one.name.startsWith('ours') ? count : Math.min(count, MOST_OF_PEERS);
    await run({ ...one, heap }, own);
    const [first = 0] = heap;
    const later = (own * (STEPS - 1)) / STEPS;
    const each = ((heap.at(-1) ?? 0) - first) / later;
    figures.push({ name: one.name, count: own, heap, each });
    await one.server.stop();
  }
  return figures;
}
