import { catalogLists, type CatalogList, type McpCatalog } from '../catalog/mcp-catalog.js';
import { readCatalog } from '../catalog/read-catalog.js';
import type { PrimitiveKind } from '../primitives/primitive-kind.js';
import type { DeclaredNames } from '../server/server-inside.js';
import type { ServerIntroduction } from './test.dialect.js';
import type { TestRequests } from './test-requests.js';

const nouns: Readonly<Record<CatalogList, PrimitiveKind['noun']>> = {
  tools: 'tool',
  resources: 'resource',
  resourceTemplates: 'resource',
  prompts: 'prompt',
};

/** Reads everything that the caller of these requests sees, with the scopes of each primitive. */
export function readTestCatalog(
  requests: TestRequests,
  inside: DeclaredNames,
  { serverInfo, capabilities, instructions }: ServerIntroduction,
): Promise<McpCatalog> {
  return readCatalog({
    server: serverInfo,
    instructions,
    capabilities,
    list: async (list) => {
      const entries = await requests.list(list);
      return entries.map((entry) => {
        const scopes = inside.scopesOf(nouns[list], String(entry[catalogLists[list]]));
        return scopes.length > 0 ? { ...entry, scopes: scopes.toSorted() } : entry;
      });
    },
  });
}
