import type { AddressInfo } from 'node:net';
import { Inject, Injectable, Logger, Module, VERSION_NEUTRAL } from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost, ModulesContainer, NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { CallObserver } from '../src/engine/call-observer.js';
import type { EventStore } from '../src/sessions/event.store.js';
import { SessionManager, type SessionManagerOptions } from '../src/sessions/session.manager.js';
import { readRoutes } from '../src/server/route-table.js';
import { acceptTrailingSlash, claimRequestBodies } from '../src/platform/claim-request-bodies.js';
import { untilRead } from '../src/platform/until-read.js';
import { UnusedConnections } from '../src/platform/unused-connections.js';
import { boundsOf, createEngine, type Seen } from './transport-engine.js';
import type {
  McpTransport,
  TransportDefinition,
  TransportHost,
} from '../src/transports/mcp.transport.js';
import type { McpLimits } from '../src/transports/mcp-limits.js';

export { boundsOf, createEngine, next, type Seen } from './transport-engine.js';

/** Options of a test application. */
export interface AppOptions {
  transport: McpTransport;
  platform?: 'express' | 'fastify';
  prefix?: string;
  globalPrefix?: string;
  publicPath?: string;
  limits?: Partial<McpLimits>;
  sessions?: Partial<SessionManagerOptions>;
  eventStore?: EventStore;
  resumeTimeout?: number;
  observers?: readonly CallObserver[];
  /** Logs nothing, because errors are expected. */
  silent?: boolean;
  /** Runs before `init`, as `main.ts` would. */
  configure?: (app: NestExpressApplication) => void;
}

export const PLATFORMS = ['express', 'fastify'] as const;

/** Starts a Nest application with one transport on a free port. The header `x-user` names the caller. */
export async function startApp(options: AppOptions) {
  const seen: Seen = { origins: [], release: [], events: new EventTarget() };
  const sessions = new SessionManager({
    max: 100,
    maxPerOwner: 100,
    idleTimeout: 60_000,
    ...options.sessions,
  });
  const host: TransportHost = {
    name: 'test',
    sessions,
    ...boundsOf(options),
    publicPath: options.publicPath ?? '',
    logger: new Logger('test'),
    createRequest: (local) => local,
    authOf: (request) => {
      const { headers } = request as { headers: Record<string, string | undefined> };
      const subject = headers['x-user'];
      const expires = headers['x-expires'];
      return subject === undefined
        ? undefined
        : { subject, scopes: [], ...(expires && { expiresAt: Number(expires) }) };
    },
    ...createEngine(seen, options.observers),
  };
  const token = Symbol('entry');
  const prefix = options.prefix ?? '';
  const transport = options.transport as TransportDefinition;
  const entry = transport.createEntry(host);
  @Injectable()
  class Claim {
    constructor(
      @Inject(HttpAdapterHost) { httpAdapter }: HttpAdapterHost,
      @Inject(ModulesContainer) modules: ModulesContainer,
      @Inject(ApplicationConfig) config: ApplicationConfig,
    ) {
      const matches = (path: string): boolean =>
        readRoutes(modules, config).some((route) => route.path === path);
      claimRequestBodies(httpAdapter, matches);
      acceptTrailingSlash(httpAdapter, matches);
    }
  }

  @Module({
    controllers: [
      transport.createController?.({ prefix, version: VERSION_NEUTRAL, entry: token }) ?? Claim,
    ],
    providers: [Claim, { provide: token, useValue: entry }],
  })
  class AppModule {}

  const adapter =
    options.platform === 'fastify'
      ? new FastifyAdapter({ bodyLimit: 1_024 })
      : new ExpressAdapter();
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule,
    adapter as ExpressAdapter,
    { logger: options.silent === true ? false : ['error', 'warn'], abortOnError: false },
  );
  if (options.globalPrefix !== undefined) app.setGlobalPrefix(options.globalPrefix);
  // Far below the size of the tests' messages: the application's parsers must not matter.
  if (options.platform !== 'fastify') app.useBodyParser('json', { limit: '1kb' });
  options.configure?.(app);
  const unused = new UnusedConnections(app.getHttpServer());
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  const close = async (): Promise<void> => {
    // As the module does: the request whose handler has asked for the end is read by then.
    await untilRead();
    await entry.close();
    unused.close();
    await app.close();
  };
  return { app, entry, host, sessions, seen, port, url: `http://127.0.0.1:${port}`, close };
}

export type TestApp = Awaited<ReturnType<typeof startApp>>;
