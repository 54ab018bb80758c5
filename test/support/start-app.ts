import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  Module,
  type INestApplication,
  type ModuleMetadata,
  type NestApplicationOptions,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { McpModule, type McpModuleOptions } from 'nestjs-mcp';
import { McpTestClient, type McpTestClientOptions } from 'nestjs-mcp/testing';
import { KeptLog } from './kept-log.js';

export const adapters = ['express', 'fastify'] as const;
export type Adapter = (typeof adapters)[number];

/** The HTTP transports, by their names in the test kit. */
export const httpWays = ['http', 'sse'] as const;
export type HttpWay = (typeof httpWays)[number];

/** Options of `startApp()`: a module, and one MCP server in it. */
export interface StartOptions extends ModuleMetadata {
  /** Default: Express. An adapter with its own options is passed as it is. */
  readonly adapter?: Adapter | ExpressAdapter | FastifyAdapter;
  /** Options of the server; `false` if the servers are among the `imports`. */
  readonly mcp?: Partial<McpModuleOptions> | false;
  readonly settings?: NestApplicationOptions;
  /** Runs before `listen`, as `main.ts` would. */
  readonly configure?: (app: NestExpressApplication) => unknown;
  /** Default: a free port. */
  readonly port?: number;
}

/** Options of a client of the SDK. */
export interface ConnectOptions {
  readonly over?: HttpWay;
  /** Default: `mcp` or `sse`. */
  readonly path?: string;
  /** Sent as a bearer header. */
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Replaces all these options. */
  readonly transport?: Transport;
}

/** A running application, its log, and clients that are closed with it. */
export interface StartedApp {
  readonly app: INestApplication;
  readonly url: string;
  readonly log: KeptLog;
  /** Connects a client of the test kit; by default over Streamable HTTP. */
  readonly client: (options?: McpTestClientOptions) => Promise<McpTestClient>;
  /** Connects a client of the SDK over the network. */
  readonly connect: (options?: ConnectOptions) => Promise<Client>;
  readonly close: () => Promise<void>;
}

const running = new Set<StartedApp>();

/** Starts an application around an MCP server named `test`, on 127.0.0.1. */
export async function startApp(options: StartOptions = {}): Promise<StartedApp> {
  const { adapter, mcp = {}, settings, configure, port = 0, ...parts } = options;
  const log = new KeptLog();
  const app = await NestFactory.create<NestExpressApplication>(
    moduleOf(mcp, parts),
    (await adapterOf(adapter)) as ExpressAdapter,
    { logger: log, abortOnError: false, ...settings },
  );
  try {
    await configure?.(app);
    await app.listen(port, '127.0.0.1');
    holdConnections(app);
  } catch (error) {
    await app.close().catch(() => undefined);
    throw error;
  }
  const url = await app.getUrl();
  const clients: { close(): Promise<void> }[] = [];
  const started: StartedApp = {
    app,
    url,
    log,
    client: async (given) => {
      const client = await McpTestClient.connect(app, { over: 'http', ...given });
      clients.push(client);
      return client;
    },
    connect: async (given) => {
      const client = new Client({ name: 'test', version: '1.0.0' });
      await open(client, url, given);
      clients.push(client);
      return client;
    },
    close: async () => {
      running.delete(started);
      // A test may have closed a client itself, or ended its session.
      await Promise.all(clients.splice(0).map((client) => client.close().catch(() => undefined)));
      await app.close();
    },
  };
  running.add(started);
  return started;
}

/**
 * Keeps unused connections open: on a busy machine a client may send on one at the moment when the server closes it
 * after 5 seconds.
 */
export function holdConnections(app: INestApplication): void {
  Object.assign(app.getHttpServer() as object, { keepAliveTimeout: 60_000 });
}

/** Closes every application that the tests of a file have left running. */
export async function stopAll(): Promise<void> {
  await Promise.all([...running].map((one) => one.close()));
}

/** The error with which the boot of an application fails. */
export async function bootError(options: StartOptions): Promise<Error> {
  let started: StartedApp;
  try {
    started = await startApp(options);
  } catch (error) {
    return error as Error;
  }
  await started.close();
  throw new Error('the application started');
}

/** A port that was free a moment ago, for servers that must know their own URL before they listen. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function moduleOf(mcp: StartOptions['mcp'], parts: ModuleMetadata): Type {
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

async function adapterOf(adapter: StartOptions['adapter'] = 'express') {
  if (adapter === 'express') return new ExpressAdapter();
  if (adapter !== 'fastify') return adapter;
  // Loaded on demand: most suites do not use it, and it has a hundred modules.
  const { FastifyAdapter } = await import('@nestjs/platform-fastify');
  return new FastifyAdapter();
}

async function open(
  client: Client,
  url: string,
  { over = 'http', path, token, headers = {}, transport }: ConnectOptions = {},
): Promise<void> {
  if (transport) {
    await client.connect(transport);
    return;
  }
  const address = new URL(path ?? (over === 'sse' ? 'sse' : 'mcp'), `${url}/`);
  const bearer = token !== undefined && { authorization: `Bearer ${token}` };
  const requestInit = { headers: { ...headers, ...bearer } };
  if (over === 'sse') await client.connect(new SSEClientTransport(address, { requestInit }));
  else await connectStreamable(client, address, requestInit);
}

/** Resolves when the client also listens: notifications before that are lost. */
async function connectStreamable(
  client: Client,
  address: URL,
  requestInit: RequestInit,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const transport = new StreamableHTTPClientTransport(address, {
      requestInit,
      fetch: async (url, init) => {
        try {
          return await fetch(url, init);
        } finally {
          if (init?.method === 'GET') resolve();
        }
      },
    });
    client.connect(transport).catch(reject);
  });
}
