import { start, withTemplates } from '../contenders.js';
import { compare, type Cost, type Effort } from '../load.js';

/** Costs of `resources/read` with 5 and with 500 templates, by contender. Every template is read as often as any other. */
export async function measureResources(effort: Effort): Promise<Map<string, Cost>> {
  const started = await start([...withTemplates(5), ...withTemplates(500)]);
  const costs = await compare(
    started,
    ({ settings: { templates = 1 } }) => ({
      method: 'resources/read',
      params: (n) => ({ uri: `shelf-${n % templates}://north/items/${n}` }),
      check(result, n) {
        if (result.contents?.[0]?.text !== String(n)) throw new Error(`item ${n} is another`);
      },
    }),
    effort,
  );
  for (const { server } of started) await server.stop();
  return costs;
}
