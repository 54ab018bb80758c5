import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { declaredNames } from './declared-names.js';

const root = join(import.meta.dirname, '../..');

/** An interface whose keys a user writes, and the heading of the page below which they stand. */
const parts: readonly [heading: string, name: string, file: string][] = [
  ['serverCard', 'McpServerCardOptions', 'catalog/server-card.options.ts'],
  ['auth', 'McpAuthOptions', 'mcp.options.ts'],
  ['sessions', 'McpSessionOptions', 'mcp.options.ts'],
  ['tasks', 'McpTaskOptions', 'tasks/task.manager.ts'],
  ['limits', 'McpLimits', 'transports/mcp-limits.ts'],
  [
    'streamableHttp',
    'StreamableHttpOptions',
    'transports/streamable-http/streamable-http.options.ts',
  ],
  ['sse', 'SseOptions', 'transports/sse/sse.options.ts'],
];

/** The keys that an interface itself declares, in alphabetical order. */
const keysOf = (name: string, file: string): string[] => declaredNames(root, name, file).toSorted();

/** The keys in the first column of the tables, by heading: `## Sections` are of the module itself, `### parts` of one option. */
function keysOfPage(): ReadonlyMap<string, string[]> {
  const sections = readFileSync(join(root, 'docs/guide/options.md'), 'utf8').split(/^(?=##)/m);
  const keys = new Map<string, string[]>();
  for (const section of sections) {
    const heading = /^### (.+)$/m.exec(section)?.[1] ?? 'module';
    const rows = [...section.matchAll(/^\| `(\w+)` /gm)].map(([, key]) => key as string);
    keys.set(heading, [...(keys.get(heading) ?? []), ...rows].toSorted());
  }
  return keys;
}

describe('The page of options', () => {
  const page = keysOfPage();

  it('has every option of the module, and no other', () => {
    const keys = ['McpModuleShape', 'McpServerOptions'].flatMap((name) =>
      keysOf(name, 'mcp.options.ts'),
    );
    expect(keys.length).toBeGreaterThan(30);
    expect(page.get('module')).toEqual(keys.toSorted());
  });

  it.each(parts)('has every key of %s, and no other', (heading, name, file) => {
    expect(keysOf(name, file).length).toBeGreaterThan(2);
    expect(page.get(heading)).toEqual(keysOf(name, file));
  });

  it('has no section that is not compared', () => {
    expect([...page.keys()].toSorted()).toEqual(
      ['module', ...parts.map(([heading]) => heading)].toSorted(),
    );
  });
});
