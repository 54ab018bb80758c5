import type { INestApplicationContext, Type } from '@nestjs/common';
import type { McpCatalog } from '../catalog/mcp-catalog.js';
import type { McpEra } from '../protocol/era.js';
import type { DeclaredNames } from '../server/server-inside.js';
import { LegacyTestDialect } from './legacy-test.dialect.js';
import { McpTestError } from './mcp-test.error.js';
import { readTestCatalog } from './test-catalog.js';
import { ModernTestDialect } from './modern-test.dialect.js';
import type { McpTestNotification, McpTestRequestOptions } from './test-conversation.js';
import type { DialectSettings, ServerIntroduction, TestDialect } from './test.dialect.js';
import { Notifications } from './test-notifications.js';
import { noRecords } from './test-records.js';
import {
  toPromptResult,
  toReference,
  toResourceResult,
  toToolResult,
  type McpTestCompletion,
  type McpTestPromptResult,
  type McpTestReference,
  type McpTestResourceResult,
  type McpTestToolResult,
  type MethodName,
  type ToolInput,
  type ToolOutput,
} from './test-results.js';
import { TestRequests, type McpTestDefinition, type McpTestTool } from './test-requests.js';
import { createWire, findServer } from './test-server.js';
import { testDefaults, type McpTestClientOptions } from './test-client.options.js';
import { WireLog } from './wire-log.js';

type Input = Readonly<Record<string, unknown>>;

/**
 * A client for tests of an application with `McpModule`. It needs no port and no `listen()`. Its requests reject with
 * `McpTestError` if the server answers with an error; a failed tool call resolves with `isError`.
 */
export class McpTestClient {
  private constructor(
    private readonly dialect: TestDialect,
    private readonly requests: TestRequests,
    private readonly inside: DeclaredNames,
    private readonly news: Notifications,
    private readonly era: McpEra,
    /** The server's name, version and capabilities. */
    readonly server: ServerIntroduction,
  ) {}

  /**
   * Connects to the server of an application or of a testing module, which is initialised if necessary. Rejects with
   * `McpTestError` if the server refuses the client.
   */
  static async connect(
    app: INestApplicationContext,
    options: McpTestClientOptions = {},
  ): Promise<McpTestClient> {
    const { era = 'legacy', timeout = 5_000 } = options;
    const inside = await findServer(app, options.server);
    const log = new WireLog();
    const news = new Notifications(timeout, log);
    const settings: DialectSettings = {
      wire: await createWire(app, inside, options),
      log,
      timeout,
      answers: options.answers,
      capabilities: options.capabilities ?? {},
      clientInfo: options.clientInfo ?? testDefaults.clientInfo,
      protocolVersion: options.protocolVersion ?? testDefaults.protocolVersion,
      onNotification: (notification) => news.add(notification),
    };
    const dialect =
      era === 'modern' ? new ModernTestDialect(settings) : new LegacyTestDialect(settings);
    try {
      const server = await dialect.connect();
      return new McpTestClient(dialect, new TestRequests(dialect), inside, news, era, server);
    } catch (error) {
      await dialect.close();
      throw error;
    }
  }

  /** Calls a tool by its name. */
  callTool(
    name: string,
    input?: object,
    options?: McpTestRequestOptions,
  ): Promise<McpTestToolResult>;
  /** Calls the tool of a decorated method, with input and result typed by the method. */
  callTool<Host, Name extends MethodName<Host>>(
    host: Type<Host>,
    method: Name,
    input?: ToolInput<Host[Name]>,
    options?: McpTestRequestOptions,
  ): Promise<McpTestToolResult<ToolOutput<Host[Name]>>>;
  async callTool(
    target: string | Type,
    ...rest: readonly unknown[]
  ): Promise<McpTestToolResult<never>> {
    const [name, [input, options]] =
      typeof target === 'string'
        ? [target, rest]
        : [this.nameOf(target, rest[0] as string), rest.slice(1)];
    const records = noRecords();
    const params = { name, arguments: (input ?? {}) as Input };
    const result = await this.requests.ask('tools/call', params, options as never, records);
    const isWrapped = this.era === 'legacy' && this.inside.wrapsResult(name);
    return toToolResult(result, records, isWrapped) as McpTestToolResult<never>;
  }

  /** The definitions of all tools that the caller sees. */
  listTools(): Promise<McpTestTool[]> {
    return this.requests.list('tools');
  }

  /** The definitions of all resources that the caller sees, without templates. */
  listResources(): Promise<(McpTestDefinition & { readonly uri: string })[]> {
    return this.requests.list('resources');
  }

  /** The definitions of all resource templates that the caller sees. */
  listResourceTemplates(): Promise<(McpTestDefinition & { readonly uriTemplate: string })[]> {
    return this.requests.list('resourceTemplates');
  }

  /** The definitions of all prompts that the caller sees. */
  listPrompts(): Promise<McpTestDefinition[]> {
    return this.requests.list('prompts');
  }

  /** Reads a resource. */
  async readResource(uri: string, options?: McpTestRequestOptions): Promise<McpTestResourceResult> {
    const records = noRecords();
    return toResourceResult(
      await this.requests.ask('resources/read', { uri }, options, records),
      records,
    );
  }

  /** Gets a prompt. Its arguments are strings. */
  async getPrompt(
    name: string,
    input: Readonly<Record<string, string>> = {},
    options?: McpTestRequestOptions,
  ): Promise<McpTestPromptResult> {
    const records = noRecords();
    const params = { name, arguments: input };
    return toPromptResult(
      await this.requests.ask('prompts/get', params, options, records),
      records,
    );
  }

  /** Completes an argument of a prompt or a variable of a resource template. `others` are the arguments that are filled in already. */
  async complete(
    ref: McpTestReference,
    argument: string,
    value: string,
    others?: Readonly<Record<string, string>>,
  ): Promise<McpTestCompletion> {
    const { completion } = await this.requests.ask('completion/complete', {
      ref: toReference(ref),
      argument: { name: argument, value },
      ...(others && { context: { arguments: others } }),
    });
    return completion as McpTestCompletion;
  }

  /** Sends any request of the protocol. Resolves with its raw result. */
  request(
    method: string,
    params: Input = {},
    options?: McpTestRequestOptions,
  ): Promise<Record<string, unknown>> {
    return this.requests.ask(method, params, options);
  }

  /** Subscribes to the changes of a resource. The returned function ends the subscription. */
  subscribe(uri: string): Promise<() => Promise<void>> {
    return this.dialect.subscribe(uri);
  }

  /** The notifications that belong to no call, in order. */
  get notifications(): readonly McpTestNotification[] {
    return this.news.all;
  }

  /**
   * Resolves with the first notification of that method, past or future; `fits` selects among them. Rejects with
   * `McpTestError` if there is none within the client's `timeout`.
   */
  waitFor(
    method: string,
    fits: (params: McpTestNotification['params']) => boolean = () => true,
  ): Promise<McpTestNotification> {
    return this.news.waitFor(method, fits);
  }

  /** Everything that this caller sees, as stable JSON: for a snapshot, and for `compareCatalogs`. */
  catalog(): Promise<McpCatalog> {
    return readTestCatalog(this.requests, this.inside, this.server);
  }

  /** Ends the session and rejects all pending requests. The application goes on. */
  close(): Promise<void> {
    return this.dialect.close();
  }

  /** The name of the one tool that a method declares. */
  private nameOf(host: Type, method: string): string {
    const names = this.inside.namesOf('tool', host, method);
    const [name] = names;
    if (name !== undefined && names.length === 1) return name;
    const where = `${host.name}.${method}`;
    throw new McpTestError(
      name === undefined
        ? `${where} is no tool of this server. Put @McpTool() on it, or look at server and include.`
        : `${where} declares several tools: ${names.join(', ')}. Call one by its name.`,
    );
  }
}
