import { toCatalog, type CatalogEntry, type CatalogList, type McpCatalog } from './mcp-catalog.js';

/** The client functions that reading a catalog needs. */
export interface CatalogSource {
  readonly server: McpCatalog['server'];
  readonly instructions: string | undefined;
  readonly capabilities: Readonly<Record<string, unknown>>;
  /** Reads all pages of a list that the server supports. */
  readonly list: (list: CatalogList) => Promise<readonly CatalogEntry[]>;
}

/** Reads everything that the caller of a client can see of a server. */
export async function readCatalog(source: CatalogSource): Promise<McpCatalog> {
  const { server, instructions, capabilities, list } = source;
  const { name, version } = server;
  const { tools, resources, prompts } = capabilities;
  return toCatalog({
    server: { name, ...(version !== undefined && { version }) },
    ...(instructions !== undefined && { instructions }),
    tools: tools ? await list('tools') : [],
    resources: resources ? await list('resources') : [],
    resourceTemplates: resources ? await list('resourceTemplates') : [],
    prompts: prompts ? await list('prompts') : [],
  });
}

/** Reads a list page by page. */
export async function readPages<Key extends CatalogList>(
  key: Key,
  page: (params: { cursor?: string }) => Promise<Record<Key, unknown[]> & { nextCursor?: string }>,
): Promise<CatalogEntry[]> {
  const entries: unknown[] = [];
  let cursor: string | undefined;
  do {
    // Each page names the next one.
    // oxlint-disable-next-line no-await-in-loop
    const read = await page(cursor === undefined ? {} : { cursor });
    entries.push(...read[key]);
    cursor = read.nextCursor;
  } while (cursor !== undefined);
  return entries as CatalogEntry[];
}
