import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import {
  All,
  Body,
  Controller,
  Get,
  Injectable,
  Module,
  Param,
  Post,
  Put,
  VersioningType,
  type BeforeApplicationShutdown,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { WsAdapter } from '@nestjs/platform-ws';
import { WebSocketGateway, WebSocketServer } from '@nestjs/websockets';
import express from 'express';
import {
  McpModule,
  McpParam,
  McpTool,
  sse,
  streamableHttp,
  type McpModuleOptions,
} from 'nestjs-mcp';
import { io } from 'socket.io-client';
import { WebSocket, type WebSocketServer as WebSocketServerOfWs } from 'ws';
import { initialize, post } from '../../libs/mcp/test/wire.js';
import {
  adapters,
  bootError,
  startApp,
  type StartedApp,
  type StartOptions,
} from '../support/start-app.js';
import { call, textOf } from '../support/tool-calls.js';

@Injectable()
class Parrot {
  @McpTool()
  size(@McpParam('text') text: string): string {
    return String(text.length);
  }
}

@Module({ providers: [Parrot] })
class Parts {}

/** More than any body parser of an application takes unless it is told otherwise. */
const large = 'x'.repeat(1_500_000);

/** The MCP routes read their own body: a large one arrives, and a broken one is the protocol's error. */
async function expectOwnBodies(served: StartedApp, mcp: string, events: string): Promise<void> {
  for (const [path, over] of [
    [mcp, 'http'],
    [events, 'sse'],
  ] as const) {
    const client = await served.connect({ path, over });
    expect(textOf(await call(client, 'size', { text: large }))).toBe(String(large.length));
  }
  const broken = await post(`${served.url}/${mcp}`, '{"jsonrpc":');
  expect([broken.status, await broken.json()]).toMatchObject([
    400,
    { id: null, error: { code: -32700 } },
  ]);
}

describe.each(adapters)('An application whose global prefix has a parameter (%s)', (adapter) => {
  it('does not parse the bodies of MCP routes', async () => {
    const served = await startApp({
      adapter,
      imports: [Parts],
      configure: (app) => void app.setGlobalPrefix(':tenant/api'),
    });
    try {
      await expectOwnBodies(served, 'acme/api/mcp', 'other/api/sse');
      await expectOwnBodies(served, 'acme/api/mcp/', 'ACME/API/SSE'.toLowerCase());
    } finally {
      await served.close();
    }
  });
});

describe('A Nest application under a path of another Express application', () => {
  it('does not parse the bodies of MCP routes', async () => {
    @Module({ imports: [McpModule.forRoot({ name: 'test', version: '1' }), Parts] })
    class Inner {}
    const instance = express();
    const app = await NestFactory.create(Inner, new ExpressAdapter(instance), { logger: false });
    await app.init();
    const outer = express().use('/inner/:part', instance);
    const server = outer.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { Client } = await import('@modelcontextprotocol/sdk/client/index.js');
    const { SSEClientTransport } = await import('@modelcontextprotocol/sdk/client/sse.js');
    const { StreamableHTTPClientTransport } =
      await import('@modelcontextprotocol/sdk/client/streamableHttp.js');
    const clients = [
      new StreamableHTTPClientTransport(new URL(`${url}/inner/a/mcp`)),
      new SSEClientTransport(new URL(`${url}/inner/b/sse`)),
    ].map(async (transport) => {
      const client = new Client({ name: 'test', version: '1' });
      await client.connect(transport);
      expect(textOf(await call(client, 'size', { text: large }))).toBe(String(large.length));
      await client.close();
    });
    await Promise.all(clients);
    const broken = await post(`${url}/inner/a/mcp`, '{');
    expect(await broken.json()).toMatchObject({ id: null, error: { code: -32700 } });
    await app.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('A Fastify application', () => {
  it.each([
    ['ignoreTrailingSlash', { routerOptions: { ignoreTrailingSlash: true } }],
    ['ignoreTrailingSlash at the top', { ignoreTrailingSlash: true }],
    ['ignoreDuplicateSlashes', { routerOptions: { ignoreDuplicateSlashes: true } }],
    ['caseSensitive: false', { routerOptions: { caseSensitive: false } }],
  ])('serves MCP with its option %s', async (_name, options) => {
    const served = await startApp({
      adapter: new FastifyAdapter(options as object),
      imports: [Parts],
    });
    try {
      await expectOwnBodies(served, 'mcp', 'sse');
      await expectOwnBodies(served, 'mcp/', 'sse/');
      const odd = JSON.stringify(options);
      if (odd.includes('Duplicate')) await expectOwnBodies(served, '/mcp', '/sse');
      if (odd.includes('case')) await expectOwnBodies(served, 'MCP', 'Sse');
    } finally {
      await served.close();
    }
  });

  it('serves MCP over HTTP/2, and closes in time', async () => {
    const served = await startApp({
      adapter: new FastifyAdapter({ http2: true } as object),
      imports: [Parts],
      mcp: { limits: { body: 2_000_000 } },
    });
    const session = connectHttp2(served.url);
    session.on('error', () => undefined);
    const opened = await ask(session, 'POST', '/mcp', initialize('2025-11-25'));
    expect(opened.status).toBe(200);
    const own = { 'mcp-session-id': String(opened.headers['mcp-session-id']) };
    const called = await ask(session, 'POST', '/mcp', sized(large), own);
    expect(JSON.parse(called.body)).toMatchObject({
      result: { content: [{ text: String(large.length) }] },
    });
    const broken = await ask(session, 'POST', '/mcp', '{', own);
    expect(JSON.parse(broken.body)).toMatchObject({ error: { code: -32700 } });
    const tooLarge = await ask(session, 'POST', '/mcp', sized('x'.repeat(2_100_000)), own);
    expect(tooLarge.status).toBe(413);
    const foreign = await ask(session, 'POST', '/mcp', initialize('2025-11-25'), {
      origin: 'https://evil.example.com',
    });
    expect(foreign.status).toBe(403);
    const rebound = await ask(session, 'POST', '/mcp', initialize('2025-11-25'), {
      ':authority': 'evil.example.com',
    });
    expect(rebound.status).toBe(403);
    const stream = session.request({ ':path': '/sse', accept: 'text/event-stream' });
    const first = await new Promise<string>((resolve) =>
      stream.once('data', (chunk: Buffer) => resolve(chunk.toString())),
    );
    expect(first).toContain('event: endpoint\ndata: /messages?sessionId=');
    await served.close();
    session.destroy();
  });
});

function sized(text: string): object {
  const params = { name: 'size', arguments: { text } };
  return { jsonrpc: '2.0', id: 1, method: 'tools/call', params };
}

/** One request over HTTP/2, whole. */
async function ask(
  session: ClientHttp2Session,
  method: string,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
) {
  const stream = session.request({
    ':method': method,
    ':path': path,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    ...headers,
  });
  const answered = new Promise<Record<string, unknown>>((resolve, reject) => {
    stream.once('response', resolve);
    stream.once('error', reject);
  });
  stream.end(typeof body === 'string' ? body : JSON.stringify(body));
  const own = await answered;
  let text = '';
  stream.setEncoding('utf8');
  for await (const chunk of stream) text += String(chunk);
  return { status: Number(own[':status']), headers: own, body: text };
}

describe.each(adapters)('A global prefix that excludes a part of HTTP+SSE (%s)', (adapter) => {
  it.each([
    [['sse'], 'sse'],
    [['messages'], 'api/sse'],
    [['sse', 'messages'], 'sse'],
    [[], 'api/sse'],
  ])('is honoured by the endpoint event: %j', async (exclude, path) => {
    const served = await startApp({
      adapter,
      imports: [Parts],
      configure: (app) => void app.setGlobalPrefix('api', { exclude }),
    });
    try {
      await expectOwnBodies(served, 'api/mcp', path);
    } finally {
      await served.close();
    }
  });

  it('is applied together with a prefix of the server and a version', async () => {
    const served = await startApp({
      adapter,
      imports: [Parts],
      mcp: { prefix: 'ai', apiVersion: ['1', '2'], transports: [sse({ messagesPath: 'in/box' })] },
      configure: (app) => {
        app.enableVersioning({ type: VersioningType.URI });
        app.setGlobalPrefix(':tenant', { exclude: ['ai/in/box'] });
      },
    });
    try {
      for (const version of ['v1', 'v2']) {
        const client = await served.connect({ path: `acme/${version}/ai/sse`, over: 'sse' });
        expect(textOf(await call(client, 'size', { text: large }))).toBe(String(large.length));
      }
    } finally {
      await served.close();
    }
  });
});

@Controller()
class CatchAll {
  @Get('*path')
  page(): string {
    return 'page';
  }
}

@Controller()
class BySlug {
  @Post(':slug')
  create(@Param('slug') slug: string, @Body() body: object): object {
    return { slug, body };
  }
}

@Controller()
class Replacing {
  @Put(':slug')
  replace(@Param('slug') slug: string): string {
    return slug;
  }
}

@Controller('mcp')
class Everything {
  @All('{*rest}')
  all(): string {
    return 'all';
  }
}

@Controller(':section')
class Sections {
  @Get('list')
  list(): string {
    return 'list';
  }
}

describe('A route of the application that would answer in place of an MCP route on Express', () => {
  it.each([
    ['a wildcard', CatchAll, 'GET /mcp', 'CatchAll.page'],
    ['a parameter', BySlug, 'POST /mcp', 'BySlug.create'],
    ['every verb below a path', Everything, 'POST /mcp', 'Everything.all'],
  ])('stops the boot, with its name in the error: %s', async (_name, controller, route, owner) => {
    const { message } = await bootError({ imports: [Parts], controllers: [controller] });
    expect(message).toContain(route);
    expect(message).toContain(owner);
    expect(message).toContain("MCP server 'test'");
  });

  it.each<[string, StartOptions]>([
    ['one of another shape', { controllers: [Sections] }],
    ['another verb', { controllers: [Replacing] }],
    ['another path', { controllers: [BySlug], mcp: { prefix: 'ai' } }],
    ['one that comes later', { imports: [Later()] }],
    [
      'one on Fastify, which asks the exact route first',
      { adapter: 'fastify', controllers: [BySlug] },
    ],
  ])('does not stop it: %s', async (_name, options) => {
    const served = await startApp({ ...options, imports: [...(options.imports ?? []), Parts] });
    try {
      const mcp = (options.mcp as Partial<McpModuleOptions> | undefined) ?? {};
      const path = mcp.prefix === undefined ? 'mcp' : `${mcp.prefix}/mcp`;
      expect(textOf(await call(await served.connect({ path }), 'size', { text: 'abc' }))).toBe('3');
    } finally {
      await served.close();
    }
  });
});

function Later() {
  @Module({ controllers: [BySlug] })
  class LaterModule {}
  return LaterModule;
}

/** Says goodbye to its clients before the server goes. */
@WebSocketGateway()
class WsGateway implements BeforeApplicationShutdown {
  @WebSocketServer()
  private readonly server!: WebSocketServerOfWs;

  async beforeApplicationShutdown(): Promise<void> {
    const gone = [...this.server.clients].map((client) => {
      client.close(1001, 'restart');
      return new Promise((resolve) => client.once('close', resolve));
    });
    await Promise.all(gone);
  }
}

@WebSocketGateway()
class IoGateway implements BeforeApplicationShutdown {
  @WebSocketServer()
  private readonly server!: { disconnectSockets(): void };

  beforeApplicationShutdown(): void {
    this.server.disconnectSockets();
  }
}

describe('A WebSocket on the same server', () => {
  it.each(adapters)('is closed by its gateway at shutdown (%s)', async (adapter) => {
    const served = await startApp({
      adapter,
      imports: [Parts],
      providers: [WsGateway],
      configure: (app) => void app.useWebSocketAdapter(new WsAdapter(app)),
    });
    const socket = new WebSocket(served.url.replace('http', 'ws'));
    await new Promise((resolve) => socket.once('open', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    expect(textOf(await call(await served.connect(), 'size', { text: 'abc' }))).toBe('3');
    await served.close();
    expect(await closed).toBe(1001);
  });

  it.each(adapters)('of socket.io receives the disconnect (%s)', async (adapter) => {
    const served = await startApp({
      adapter,
      imports: [Parts],
      providers: [IoGateway],
      configure: (app) => void app.useWebSocketAdapter(new IoAdapter(app)),
    });
    const socket = io(served.url, { transports: ['websocket'], reconnection: false });
    await new Promise((resolve) => socket.once('connect', () => resolve(undefined)));
    const told = new Promise((resolve) => socket.once('disconnect', resolve));
    await served.close();
    expect(await told).toBe('io server disconnect');
    socket.close();
  });

  it('is refused as without MCP if there is no listener for upgrades', async () => {
    const served = await startApp({ imports: [Parts], mcp: { transports: [streamableHttp()] } });
    const socket = new WebSocket(`${served.url.replace('http', 'ws')}/nowhere`);
    socket.on('error', () => undefined);
    const status = await new Promise((resolve) =>
      socket.once('unexpected-response', (_request, response) => resolve(response.statusCode)),
    );
    expect(status).toBe(404);
    socket.terminate();
    await served.close();
  });
});
