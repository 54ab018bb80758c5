import { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { filters, start, type Started } from '../contenders.js';
import { spreadOf, type Spread } from '../statistics.js';
import { connect } from '../wire/client.js';
import { TOKEN } from '../wire/token.js';

/** CPU of `tools/list` for 1,000 callers, µs a KiB: all tools, and each caller's own; and how many times as much that is. */
export interface FilterFigures {
  all: Spread;
  filtered: Spread;
  ratio: Spread;
}

const unknown = { median: Number.NaN, low: Number.NaN, high: Number.NaN };
export const noFilters: FilterFigures = { all: unknown, filtered: unknown, ratio: unknown };

/** A server without sessions lists 1,000 tools for 1,000 different callers, round by round. */
export async function measureFiltered(rounds: number, callers: number): Promise<FilterFigures> {
  const started = await start(filters);
  const [all, filtered] = started;
  if (!all || !filtered) return noFilters;
  const costs = new Map<Started, number[]>(started.map((one) => [one, []]));
  const agents = new Map(
    started.map((one) => [one, new Agent({ keepAlive: true, maxSockets: 8 })]),
  );
  // The first round warms up.
  for (let round = 0; round <= rounds; round++) {
    for (const one of round % 2 === 0 ? started : started.toReversed()) {
      await delay(50);
      const cost = await listForAll(one, agents.get(one) ?? new Agent(), callers);
      if (round > 0) costs.get(one)?.push(cost);
    }
  }
  for (const agent of agents.values()) agent.destroy();
  for (const { server } of started) await server.stop();
  const [whole, own] = [costs.get(all) ?? [], costs.get(filtered) ?? []];
  const ratios = own.map((cost, round) => cost / (whole[round] ?? Number.NaN));
  return { all: spreadOf(whole), filtered: spreadOf(own), ratio: spreadOf(ratios) };
}

async function listForAll(
  { server, settings }: Started,
  agent: Agent,
  callers: number,
): Promise<number> {
  const before = await server.figures();
  let bytes = 0;
  let next = 0;
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      while (next < callers) {
        const token = settings.filtered ? `${TOKEN}${next}` : TOKEN;
        next++;
        const client = await connect('stateless', server.port, agent, token);
        const result = await client.request('tools/list', {});
        bytes += Buffer.byteLength(JSON.stringify(result));
      }
    }),
  );
  return ((await server.figures()).cpu - before.cpu) / (bytes / 1024);
}
