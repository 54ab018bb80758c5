import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import {
  Module,
  type INestApplication,
  type LoggerService,
  type ModuleMetadata,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { McpModule, type McpModuleOptions } from 'nestjs-mcp';
import { McpTestClient, type McpTestClientOptions, type McpTestTool } from 'nestjs-mcp/testing';

export const platforms = ['express', 'fastify'] as const;

/** The two HTTP transports, as the test kit names them. */
export const ways = ['http', 'sse'] as const;

/** What a test may want otherwise. */
export interface ServeOptions extends ModuleMetadata {
  platform?: (typeof platforms)[number];
  /** In place of the platform's adapter as it comes. */
  adapter?: FastifyAdapter | ExpressAdapter;
  /** Options of the one server; several servers are given as `imports`, with `mcp: false`. */
  mcp?: Partial<McpModuleOptions> | false;
  /** Before `listen`, as `main.ts` would. */
  configure?: (app: INestApplication) => void;
}

/** A running application, what it has logged, and clients of it. */
export interface Served {
  app: INestApplication;
  url: string;
  log: Log;
  /** A client of the test kit, over Streamable HTTP unless said otherwise; closed with the app. */
  client(options?: McpTestClientOptions): Promise<McpTestClient>;
  /** The SDK's client at a path, over Streamable HTTP (`mcp`) or HTTP+SSE (`sse`); closed with the app. */
  connect(path?: string, way?: 'mcp' | 'sse'): Promise<Client>;
  close(): Promise<void>;
}

/** Keeps the lines that an application logs. */
export class Log implements LoggerService {
  readonly lines: { level: string; text: string }[] = [];

  log(message: unknown): void {
    this.lines.push({ level: 'log', text: String(message) });
  }

  warn(message: unknown): void {
    this.lines.push({ level: 'warn', text: String(message) });
  }

  error(message: unknown): void {
    this.lines.push({ level: 'error', text: String(message) });
  }

  /** The lines of one level. */
  of(level: 'log' | 'warn' | 'error'): string[] {
    return this.lines.filter((line) => line.level === level).map(({ text }) => text);
  }
}

/** Boots an application around an MCP server named `test` and listens on a free port of 127.0.0.1. */
export async function serve({
  platform,
  adapter,
  mcp = {},
  configure,
  ...parts
}: ServeOptions): Promise<Served> {
  const log = new Log();
  const app = await NestFactory.create(
    moduleOf(mcp, parts),
    (adapter ??
      (platform === 'fastify' ? new FastifyAdapter() : new ExpressAdapter())) as ExpressAdapter,
    { logger: log, abortOnError: false },
  );
  const clients: { close(): Promise<void> }[] = [];
  try {
    configure?.(app);
    await app.listen(0, '127.0.0.1');
  } catch (error) {
    await app.close().catch(() => undefined);
    throw error;
  }
  const url = (await app.getUrl()).replace('[::1]', '127.0.0.1');
  return {
    app,
    url,
    log,
    client: async (options) => {
      const client = await McpTestClient.connect(app, { over: 'http', ...options });
      clients.push(client);
      return client;
    },
    connect: async (path, way = 'mcp') => {
      const client = new Client({ name: 'test', version: '1.0.0' });
      const address = new URL(path ?? way, `${url}/`);
      if (way === 'sse') await client.connect(new SSEClientTransport(address));
      else await connectStreamable(client, address);
      clients.push(client);
      return client;
    },
    close: async () => {
      await Promise.all(clients.map((client) => client.close()));
      await app.close();
    },
  };
}

/** Resolves when the client also listens: what the server says unasked before that is lost. */
async function connectStreamable(client: Client, address: URL): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const transport = new StreamableHTTPClientTransport(address, {
      fetch: async (url, init) => {
        const response = await fetch(url, init);
        if (init?.method === 'GET') resolve();
        return response;
      },
    });
    client.connect(transport).catch(reject);
  });
}

/** The error that stops the boot of an application. */
export async function bootError(options: ServeOptions): Promise<Error> {
  let served: Served;
  try {
    served = await serve(options);
  } catch (error) {
    return error as Error;
  }
  await served.close();
  throw new Error('the application started');
}

function moduleOf(mcp: ServeOptions['mcp'], parts: ModuleMetadata): Type {
  @Module({
    ...parts,
    imports: [
      ...(mcp === false ? [] : [McpModule.forRoot({ name: 'test', version: '1.0.0', ...mcp })]),
      ...(parts.imports ?? []),
    ],
  })
  class AppModule {}
  return AppModule;
}

/** A `tools/call` of the SDK's client whose result is whole. */
export async function call(
  client: Client,
  name: string,
  input: Record<string, unknown> = {},
): Promise<CallToolResult> {
  return (await client.callTool({ name, arguments: input })) as CallToolResult;
}

/** The text of a result of the SDK's client that holds nothing but one text. */
export function textOf({ content }: CallToolResult): string {
  const [block, ...others] = content;
  if (block?.type !== 'text' || others.length > 0) {
    throw new Error(`not one text: ${JSON.stringify(content)}`);
  }
  return block.text;
}

/** The definition of a tool as the client lists it. */
export async function toolOf(client: McpTestClient, name: string): Promise<McpTestTool> {
  const tools = await client.listTools();
  const tool = tools.find((one) => one.name === name);
  if (!tool) throw new Error(`no tool ${name} among ${tools.map((one) => one.name).join(', ')}`);
  return tool;
}
