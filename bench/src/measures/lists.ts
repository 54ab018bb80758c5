import { listers, start, withTools } from '../contenders.js';
import { compare, type Cost, type Effort, type Load } from '../load.js';

/** Costs of `tools/list`, and how long the answers are. */
export interface ListFigures {
  fifty: Map<string, Cost>;
  /** Ours, by number of tools. */
  growth: { tools: number; cost: Cost; bytes: number }[];
}

/** `tools/list` with 50 tools everywhere; ours with 1,000 too. */
export async function measureLists(effort: Effort): Promise<ListFigures> {
  // Some peers take milliseconds for a list.
  const some = { ...effort, warmup: effort.warmup / 20, requests: effort.requests / 10 };
  const contenders = await start(listers);
  const fifty = await compare(contenders, listOf(51), some);
  for (const { server } of contenders) await server.stop();

  const sizes = [50, 1_000];
  const started = await start(sizes.map(withTools));
  const bytes = new Map<number, number>();
  const toolsOf = ({ settings }: { settings: { tools?: number } }) => settings.tools ?? 0;
  const costs = await compare(
    started,
    (contender) =>
      listOf(toolsOf(contender) + 1, (length) => bytes.set(toolsOf(contender), length)),
    { ...some, warmup: 200, requests: 200 },
  );
  const growth = started.flatMap((contender) => {
    const cost = costs.get(contender.name);
    const tools = toolsOf(contender);
    return cost ? [{ tools, cost, bytes: bytes.get(tools) ?? 0 }] : [];
  });
  for (const { server } of started) await server.stop();
  return { fifty, growth };
}

function listOf(length: number, seen?: (bytes: number) => void): Load {
  return {
    method: 'tools/list',
    params: () => ({}),
    check(result, n) {
      if (result.tools?.length !== length) throw new Error(`${result.tools?.length} tools`);
      if (n === 0) seen?.(Buffer.byteLength(JSON.stringify(result)));
    },
  };
}
