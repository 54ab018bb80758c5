import { toCatalog, type CatalogEntry, type McpCatalog } from '../catalog/mcp-catalog.js';
import type { DeclaredNames } from '../server/server-inside.js';
import type { ServerIntroduction } from './test.dialect.js';
import type { TestRequests } from './test-requests.js';

/** Everything that the caller of these requests sees, with the scopes that it needs. */
export async function readCatalog(
  requests: TestRequests,
  inside: DeclaredNames,
  { serverInfo, capabilities, instructions }: ServerIntroduction,
): Promise<McpCatalog> {
  const { name, version } = serverInfo;
  const { tools, resources, prompts } = capabilities;
  const withScopes =
    (kind: 'tool' | 'resource' | 'prompt', key: string) =>
    (entry: CatalogEntry): CatalogEntry => {
      const scopes = inside.scopesOf(kind, String(entry[key]));
      return scopes.length > 0 ? { ...entry, scopes: scopes.toSorted() } : entry;
    };
  const ofTools = tools ? await requests.list('tools') : [];
  const ofResources = resources ? await requests.list('resources') : [];
  const ofTemplates = resources ? await requests.list('resourceTemplates') : [];
  const ofPrompts = prompts ? await requests.list('prompts') : [];
  return toCatalog({
    server: { name, version },
    ...(instructions !== undefined && { instructions }),
    tools: ofTools.map(withScopes('tool', 'name')),
    resources: ofResources.map(withScopes('resource', 'uri')),
    resourceTemplates: ofTemplates.map(withScopes('resource', 'uriTemplate')),
    prompts: ofPrompts.map(withScopes('prompt', 'name')),
  });
}
