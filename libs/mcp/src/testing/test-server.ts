import type { INestApplicationContext } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { findShapes } from '../discovery/server-shape.js';
import type { RunningServer } from '../server/running-server.js';
import { getRunningServerToken, type ServerInside } from '../server/server-inside.js';
import { InProcessHttp } from './in-process-http.js';
import { McpTestError } from './mcp-test.error.js';
import { MemoryWire } from './memory-wire.js';
import { modernHeaders } from './modern-headers.js';
import { SseWire } from './sse-wire.js';
import { StreamableHttpWire } from './streamable-http-wire.js';
import type { McpTestClientOptions } from './test-client.options.js';
import type { TestWire } from './test-wire.js';

/** An application with its HTTP adapter; a testing module may have none. */
interface HttpApplication extends INestApplicationContext {
  getHttpServer(): unknown;
  getHttpAdapter(): { getInstance(): unknown };
}

/**
 * Initialises the application if necessary, and finds the server. Throws `McpTestError` if there are several and none
 * is named.
 */
export async function findServer(
  app: INestApplicationContext,
  server: string | undefined,
): Promise<ServerInside> {
  await app.init();
  const names = findShapes(app.get(ModulesContainer, { strict: false })).map(({ name }) => name);
  if (names.length === 0) {
    throw new McpTestError('The application has no MCP server. Import McpModule.forRoot({ … }).');
  }
  const [only = ''] = names;
  if (server === undefined && names.length > 1) {
    throw new McpTestError(
      `The application has several servers: ${names.join(', ')}. Name one: { server: '${only}' }.`,
    );
  }
  const name = server ?? only;
  if (!names.includes(name)) {
    throw new McpTestError(`There is no server '${name}'. Name one of: ${names.join(', ')}.`);
  }
  return app.get<RunningServer>(getRunningServerToken(name), { strict: false }).inside;
}

/** Creates the transport of the options. Throws `McpTestError` if the application does not have it. */
export async function createWire(
  app: INestApplicationContext,
  inside: ServerInside,
  options: McpTestClientOptions,
): Promise<TestWire> {
  const { token, as: caller, headers, era = 'legacy' } = options;
  const http = 'getHttpServer' in app ? (app as HttpApplication) : undefined;
  const { over = token !== undefined && http ? 'http' : 'memory' } = options;
  if (over === 'memory') {
    return new MemoryWire(inside, caller ?? (await callerOf(token, inside)));
  }
  if (!http) {
    throw new McpTestError(
      `over: '${over}' needs an application. Make one of the testing module: moduleRef.createNestApplication().`,
    );
  }
  if (over === 'sse' && era === 'modern') {
    throw new McpTestError("HTTP+SSE has no modern era. Connect with over: 'http'.");
  }
  // Fastify registers its routes only when it is ready.
  await (http.getHttpAdapter().getInstance() as { ready?: () => Promise<unknown> }).ready?.();
  const [path] = inside.pathsOf(over === 'sse' ? 'sse' : 'streamable-http');
  if (path === undefined) {
    throw new McpTestError(
      `The server is not served over: '${over}'. Add ${over === 'sse' ? 'sse()' : 'streamableHttp()'} to its transports.`,
    );
  }
  const target = {
    http: new InProcessHttp(http.getHttpServer(), caller),
    path,
    publicPath: inside.publicPath,
    headers: { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...headers },
    ...(era === 'modern' && {
      headersOf: (message: Parameters<typeof modernHeaders>[0]) =>
        modernHeaders(message, inside.headersOf),
    }),
  };
  return over === 'sse' ? new SseWire(target) : new StreamableHttpWire(target);
}

async function callerOf(token: string | undefined, inside: ServerInside) {
  if (token === undefined) return undefined;
  const verified = inside.verify(token);
  if (!verified) {
    throw new McpTestError(
      "The server has no auth.verifier that knows the token. Say who calls: { as: { subject, scopes } }, or connect with over: 'http'.",
    );
  }
  const caller = await verified;
  if (caller) return caller;
  throw new McpTestError('The token is not valid.', { status: 401 });
}
