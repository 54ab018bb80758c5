import { catalogLists, type CatalogEntry, type CatalogList } from '../catalog/mcp-catalog.js';
import { ErrorCode } from '../errors/protocol.error.js';
import { readPages } from '../catalog/read-catalog.js';
import { McpTestError } from './mcp-test.error.js';
import type { McpTestRequestOptions } from './test-conversation.js';
import type { TestDialect } from './test.dialect.js';
import type { McpTestRecords } from './test-records.js';

/** The definition of a primitive as the client sees it. */
export type McpTestDefinition = CatalogEntry & {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
};

/** The definition of a tool as the client sees it. */
export type McpTestTool = McpTestDefinition & {
  readonly inputSchema: Readonly<Record<string, unknown>>;
  readonly outputSchema?: Readonly<Record<string, unknown>>;
};

const methods: Readonly<Record<CatalogList, string>> = {
  tools: 'tools/list',
  resources: 'resources/list',
  resourceTemplates: 'resources/templates/list',
  prompts: 'prompts/list',
};

/** The list with the name that a method requests. */
const lists: Readonly<Record<string, CatalogList>> = {
  'tools/call': 'tools',
  'prompts/get': 'prompts',
  'resources/read': 'resources',
};

/** The error codes of a server for a primitive that the caller cannot see. */
const unknownCodes: readonly unknown[] = [ErrorCode.invalidParams, ErrorCode.resourceNotFound];

/** The requests of a test client. */
export class TestRequests {
  constructor(private readonly dialect: TestDialect) {}

  /** Sends a request. If the requested name is not in the list, the error contains the names that are. */
  async ask(
    method: string,
    params: Readonly<Record<string, unknown>>,
    options?: McpTestRequestOptions,
    records?: McpTestRecords,
  ): Promise<Record<string, unknown>> {
    try {
      return await this.dialect.request(method, params, options, records);
    } catch (error) {
      const list = lists[method];
      const isUnknown = error instanceof McpTestError && unknownCodes.includes(error.code);
      throw list !== undefined && isUnknown ? await this.withNames(error, list, params) : error;
    }
  }

  /** All pages of a list. */
  async list<Definition extends McpTestDefinition>(list: CatalogList): Promise<Definition[]> {
    const page = (params: { cursor?: string }) => this.dialect.request(methods[list], params);
    return (await readPages(list, page as never)) as Definition[];
  }

  private async withNames(
    error: McpTestError,
    list: CatalogList,
    params: Readonly<Record<string, unknown>>,
  ): Promise<McpTestError> {
    const key = catalogLists[list];
    const names = (await this.list(list)).map((entry) => String(entry[key]));
    if (list === 'resources') {
      const templates = await this.list('resourceTemplates');
      names.push(...templates.map(({ uriTemplate }) => String(uriTemplate)));
    }
    if (names.includes(String(params[key]))) return error;
    const listed = names.length > 0 ? names.join(', ') : 'nothing';
    return new McpTestError(`${error.message}. The caller sees ${listed}.`, error);
  }
}
