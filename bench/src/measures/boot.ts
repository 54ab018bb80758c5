import { ServerProcess } from '../server-process.js';
import type { ServerSettings } from '../servers/child.js';
import { quantile, spreadOf, type Spread } from '../statistics.js';

/** One way to begin: ms from the start of the process to the first possible request, then memory in bytes. */
export interface BootCost {
  upMs: number;
  rss: number;
  heap: number;
}

/** Boots of an application without the module and with it, and of one with class-validator: with no DTO tool and with 1,000. */
export interface BootFigures {
  bare: BootCost;
  module: BootCost;
  none: BootCost;
  thousand: BootCost;
  /** The module over the bare application, boot by boot. */
  time: Spread;
  rss: Spread;
  /** ms that the boots with 1,000 DTO tools took more than those without, boot by boot. */
  more: Spread;
}

const unknown = { median: Number.NaN, low: Number.NaN, high: Number.NaN };
const nothing = { upMs: Number.NaN, rss: Number.NaN, heap: Number.NaN };

export const noBoots: BootFigures = {
  bare: nothing,
  module: nothing,
  none: nothing,
  thousand: nothing,
  time: unknown,
  rss: unknown,
  more: unknown,
};

/** Boots all of them in turn. */
export async function measureBoot(times: number): Promise<BootFigures> {
  const bare: BootCost[] = [];
  const module: BootCost[] = [];
  const none: BootCost[] = [];
  const thousand: BootCost[] = [];
  for (let i = 0; i < times; i++) {
    bare.push(await bootOf('plain-nest', { guarded: false }));
    module.push(await bootOf('plain-nest', { guarded: false, beside: true }));
    none.push(await bootOf('ours', { tools: 0 }));
    thousand.push(await bootOf('ours', { tools: 1_000 }));
  }
  const over = (of: (cost: BootCost) => number): Spread =>
    spreadOf(module.map((cost, i) => of(cost) / of(bare[i] ?? nothing)));
  return {
    bare: middle(bare),
    module: middle(module),
    none: middle(none),
    thousand: middle(thousand),
    time: over(({ upMs }) => upMs),
    rss: over(({ rss }) => rss),
    more: spreadOf(thousand.map(({ upMs }, i) => upMs - (none[i] ?? nothing).upMs)),
  };
}

async function bootOf(file: string, settings: Partial<ServerSettings>): Promise<BootCost> {
  const server = await ServerProcess.start(file, settings);
  const { upMs, rss } = server.atStart;
  const { heap } = await server.settled();
  await server.stop();
  return { upMs, rss, heap };
}

function middle(costs: readonly BootCost[]): BootCost {
  const of = (key: keyof BootCost) =>
    quantile(
      costs.map((cost) => cost[key]),
      0.5,
    );
  return { upMs: of('upMs'), rss: of('rss'), heap: of('heap') };
}
