import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { LoggerService, ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';

export const platforms = ['express', 'fastify'] as const;
export type Platform = (typeof platforms)[number];

export const transports = {
  'Streamable HTTP': (url: string, init?: RequestInit) =>
    new StreamableHTTPClientTransport(new URL('/mcp', url), init && { requestInit: init }),
  'HTTP+SSE': (url: string, init?: RequestInit) =>
    new SSEClientTransport(new URL('/sse', url), init && { requestInit: init }),
} as const;
export type WayIn = keyof typeof transports;
export const waysIn = Object.keys(transports) as WayIn[];

/** What the application said while a test ran. */
export class LogLines implements LoggerService {
  readonly lines: string[] = [];
  log(...parts: unknown[]): void {
    this.lines.push(parts.map(String).join(' '));
  }
  error(...parts: unknown[]): void {
    this.log('ERROR', ...parts);
  }
  warn(...parts: unknown[]): void {
    this.log('WARN', ...parts);
  }
  debug(...parts: unknown[]): void {
    this.log(...parts);
  }
  verbose(...parts: unknown[]): void {
    this.log(...parts);
  }
}

/** What a test serves. */
export interface AuthAppOptions extends Pick<
  ModuleMetadata,
  'imports' | 'providers' | 'controllers'
> {
  platform?: Platform;
  port?: number;
  configure?: (app: NestExpressApplication) => void;
}

/** An application on 127.0.0.1, with clients that close with it. */
export async function startAuthApp(options: AuthAppOptions) {
  const { platform, port = 0, configure, ...metadata } = options;
  class TestModule {}
  const adapter = platform === 'fastify' ? new FastifyAdapter() : new ExpressAdapter();
  const log = new LogLines();
  const app = await NestFactory.create<NestExpressApplication>(
    { module: TestModule, ...metadata },
    adapter as ExpressAdapter,
    { logger: log, abortOnError: false },
  );
  configure?.(app);
  await app.listen(port, '127.0.0.1');
  const address = app.getHttpServer().address() as AddressInfo;
  const url = `http://127.0.0.1:${address.port}`;
  const clients: Client[] = [];

  const connect = async (wayIn: WayIn | Transport, token?: string): Promise<Client> => {
    const client = new Client({ name: 'test', version: '1' });
    const init =
      token === undefined ? undefined : { headers: { authorization: `Bearer ${token}` } };
    await client.connect(typeof wayIn === 'string' ? transports[wayIn](url, init) : wayIn);
    clients.push(client);
    return client;
  };
  const close = async (): Promise<void> => {
    await Promise.all(clients.map((client) => client.close().catch(() => undefined)));
    await app.close();
  };
  return { app, url, log: log.lines, connect, close };
}

export type AuthApp = Awaited<ReturnType<typeof startAuthApp>>;

/** A port that was free a moment ago: for servers that must know their own URL before they listen. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The headers of one caller. */
export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

/** Posts one JSON-RPC message to `/mcp`. */
export function postMessage(
  url: string,
  message: object,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${url}/mcp`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: '2.0', ...message }),
  });
}

/** The handshake of a client that speaks by hand. */
export const initialize = {
  id: 0,
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'hand', version: '1' },
  },
};

/** Opens a session by hand; gives the headers that belong to it. */
export async function openSession(
  url: string,
  headers: Record<string, string> = {},
): Promise<Record<string, string>> {
  const response = await postMessage(url, initialize, headers);
  if (response.status !== 200) throw new Error(`initialize was answered ${response.status}`);
  const own = { ...headers, 'mcp-session-id': response.headers.get('mcp-session-id') ?? '' };
  await postMessage(url, { method: 'notifications/initialized' }, own);
  return own;
}
