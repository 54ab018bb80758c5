import { start, withResources, type Started } from '../contenders.js';
import { connect } from '../wire/client.js';
import { compare, type Cost, type Effort, type Load } from '../load.js';

/** Costs of messages that are large, by contender: an argument of 1 MB, a result of 10 MB, 10,000 resources in pages. */
export interface LargeFigures {
  argument: Map<string, Cost>;
  result: Map<string, Cost>;
  pages: Map<string, Cost>;
}

export const noLarge: LargeFigures = { argument: new Map(), result: new Map(), pages: new Map() };

const MB = 1_000_000;

const argument: Load = {
  method: 'tools/call',
  params: (n) => ({ name: 'echo', arguments: { message: `${n}`.padEnd(MB, '.') } }),
  check(result, n) {
    if (result.content?.[0]?.text !== `${n}`.padEnd(MB, '.')) throw new Error('another text');
  },
};

const tenMegabytes: Load = {
  method: 'tools/call',
  params: () => ({ name: 'big', arguments: { bytes: 10 * MB } }),
  check(result) {
    if (result.content?.[0]?.text.length !== 10 * MB) throw new Error('not 10 MB');
  },
};

/** The pages of all clients in turn. Their cursors come from a walk before: a page costs what it costs. */
function pagesOf(cursors: readonly (string | undefined)[]): Load {
  return {
    method: 'resources/list',
    params: (n) => {
      const cursor = cursors[n % cursors.length];
      return cursor === undefined ? {} : { cursor };
    },
    check(result) {
      if (result.resources?.length !== 100)
        throw new Error(`${result.resources?.length} resources`);
    },
  };
}

/** Compares with the floor that parses and writes the same. */
export async function measureLarge(effort: Effort): Promise<LargeFigures> {
  const scaled = (share: number): Effort => ({
    clients: 4,
    rounds: effort.rounds,
    warmup: Math.ceil(effort.warmup * share),
    requests: Math.ceil(effort.requests * share),
  });
  const started = await start(withResources(10_000));
  const argumentCosts = await compare(started, argument, scaled(0.05));
  const result = await compare(started, tenMegabytes, scaled(0.01));
  const cursors = new Map<string, (string | undefined)[]>();
  for (const contender of started) cursors.set(contender.name, await walk(contender));
  const pages = await compare(started, ({ name }) => pagesOf(cursors.get(name) ?? []), scaled(0.5));
  for (const { server } of started) await server.stop();
  return { argument: argumentCosts, result, pages };
}

/** The cursors of all pages. */
async function walk({ way, server }: Started): Promise<(string | undefined)[]> {
  const client = await connect(way, server.port);
  const cursors: (string | undefined)[] = [undefined];
  for (;;) {
    const cursor = cursors.at(-1);
    const params = cursor === undefined ? {} : { cursor };
    const { nextCursor } = await client.request('resources/list', params);
    if (nextCursor === undefined) break;
    cursors.push(nextCursor);
  }
  await client.close();
  return cursors;
}
