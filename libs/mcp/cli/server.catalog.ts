import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { toCatalog, type CatalogEntry, type McpCatalog } from '../src/catalog/mcp-catalog.js';

/** Everything that this caller can see of the server, page by page. */
export async function readCatalog(client: Client): Promise<McpCatalog> {
  const { tools, resources, prompts } = client.getServerCapabilities() ?? {};
  const { name = '', version } = client.getServerVersion() ?? {};
  const instructions = client.getInstructions();
  return toCatalog({
    server: { name, ...(version !== undefined && { version }) },
    ...(instructions !== undefined && { instructions }),
    tools: tools ? await allPages((page) => client.listTools(page), 'tools') : [],
    resources: resources ? await allPages((page) => client.listResources(page), 'resources') : [],
    resourceTemplates: resources
      ? await allPages((page) => client.listResourceTemplates(page), 'resourceTemplates')
      : [],
    prompts: prompts ? await allPages((page) => client.listPrompts(page), 'prompts') : [],
  });
}

async function allPages<Key extends string>(
  list: (params: { cursor?: string }) => Promise<Record<Key, unknown[]> & { nextCursor?: string }>,
  key: Key,
): Promise<CatalogEntry[]> {
  const entries: unknown[] = [];
  let cursor: string | undefined;
  do {
    // Each page names the next one.
    // oxlint-disable-next-line no-await-in-loop
    const page = await list(cursor === undefined ? {} : { cursor });
    entries.push(...page[key]);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return entries as CatalogEntry[];
}
