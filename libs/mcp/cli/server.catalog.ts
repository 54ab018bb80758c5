import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { CatalogEntry, CatalogList, McpCatalog } from '../src/catalog/mcp-catalog.js';
import { readCatalog, readPages } from '../src/catalog/read-catalog.js';

/** Reads everything that this caller can see of the server, page by page. */
export function readServerCatalog(client: Client): Promise<McpCatalog> {
  const { name = '', version } = client.getServerVersion() ?? {};
  const lists: Readonly<Record<CatalogList, () => Promise<CatalogEntry[]>>> = {
    tools: () => readPages('tools', (page) => client.listTools(page)),
    resources: () => readPages('resources', (page) => client.listResources(page)),
    resourceTemplates: () =>
      readPages('resourceTemplates', (page) => client.listResourceTemplates(page)),
    prompts: () => readPages('prompts', (page) => client.listPrompts(page)),
  };
  return readCatalog({
    server: { name, ...(version !== undefined && { version }) },
    instructions: client.getInstructions(),
    capabilities: client.getServerCapabilities() ?? {},
    list: (list) => lists[list](),
  });
}
