import type { AddressInfo } from 'node:net';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv-provider.js';
import { Inject, Injectable, Logger, Module, VERSION_NEUTRAL } from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost, ModulesContainer, NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { EventStore } from '../src/sessions/event.store.js';
import { InMemoryEventStore } from '../src/sessions/in-memory-event.store.js';
import { defaultLimits } from '../src/mcp.options.js';
import { UnsentBudget } from '../src/transports/unsent.budget.js';
import { SessionManager, type SessionManagerOptions } from '../src/sessions/session.manager.js';
import { createTallies } from '../src/server/server.limits.js';
import { readRoutes } from '../src/server/route.table.js';
import { acceptTrailingSlash, claimRequestBodies } from '../src/platform/claim-request-bodies.js';
import { UnusedConnections } from '../src/platform/unused-connections.js';
import type {
  McpLimits,
  McpTransport,
  MessageOrigin,
  TransportDefinition,
  TransportHost,
} from '../src/transports/mcp.transport.js';

const LIMITS: McpLimits = { ...defaultLimits, queue: 1024 * 1024 };

/** What a transport is told of bounds. */
export function boundsOf({
  limits: given,
  eventStore = new InMemoryEventStore(),
  resumeTimeout = 60_000,
}: Pick<AppOptions, 'limits' | 'eventStore' | 'resumeTimeout'> = {}) {
  const limits = { ...LIMITS, ...given };
  const unsent = new UnsentBudget({ max: limits.unsent, stallTimeout: limits.stallTimeout });
  return { limits, eventStore, resumeTimeout, owners: createTallies(limits), unsent };
}

const validator = new AjvJsonSchemaValidator();

/** What the handlers of the test server saw and did. */
export interface Seen {
  origins: MessageOrigin[];
  /** Ends the calls of `wait`. */
  release: (() => void)[];
  events: EventTarget;
}

/** Resolves with the detail of the next event of that name. */
export function next<T = unknown>(seen: Seen, name: string): Promise<T> {
  return new Promise((resolve) => {
    seen.events.addEventListener(name, (event) => resolve((event as CustomEvent<T>).detail), {
      once: true,
    });
  });
}

function emit(seen: Seen, name: string, detail?: unknown): void {
  seen.events.dispatchEvent(new CustomEvent(name, { detail }));
}

/** A low-level SDK server that does as little as it takes to see a transport work. */
export function createServer(seen: Seen): Server {
  const server = new Server(
    { name: 'test', version: '1.0.0' },
    { capabilities: { tools: {}, logging: {} }, jsonSchemaValidator: validator },
  );
  server.fallbackRequestHandler = async (request, extra) => {
    const origin = extra.requestInfo as unknown as MessageOrigin;
    seen.origins.push(origin);
    emit(seen, 'call', request.method);
    extra.signal.addEventListener('abort', () => emit(seen, 'aborted', extra.signal.reason));
    const progressToken = request.params?.['_meta']?.progressToken;
    const progress = async (value: number): Promise<void> => {
      if (progressToken === undefined) return;
      const params = { progressToken, progress: value };
      await extra.sendNotification({ method: 'notifications/progress', params });
    };
    const { name, arguments: input = {} } = request.params as {
      name: string;
      arguments?: Record<string, unknown>;
    };
    switch (name) {
      case 'echo':
        return { content: [{ type: 'text', text: String(input['message']) }] };
      case 'progress':
        for (const value of [1, 2]) await progress(value);
        return { content: [{ type: 'text', text: 'done' }] };
      case 'wait':
      case 'poll': {
        const released = new Promise<void>((resolve) => {
          seen.release.push(resolve);
          extra.signal.addEventListener('abort', () => resolve());
        });
        await progress(1);
        if (name === 'poll') origin.closeStream?.();
        emit(seen, 'waiting');
        await released;
        return { content: [{ type: 'text', text: 'waited' }] };
      }
      case 'ask': {
        const answer = await server.createMessage(
          { messages: [], maxTokens: 1 },
          { relatedRequestId: extra.requestId },
        );
        return { content: [answer.content] };
      }
      case 'tell':
        await server.sendLoggingMessage({ level: 'info', data: 'unrelated' });
        return { content: [] };
      case 'flood':
        while (!extra.signal.aborted) {
          await extra.sendNotification({
            method: 'notifications/message',
            params: { level: 'info', data: 'x'.repeat(100_000) },
          });
          await new Promise((resolve) => setImmediate(resolve));
        }
        return { content: [] };
      default:
        throw Object.assign(new Error('Unknown tool'), { code: -32602 });
    }
  };
  return server;
}

/** What a test may want otherwise. */
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
  /** Logs nothing: errors are meant. */
  silent?: boolean;
  /** Before `init`, as `main.ts` would. */
  configure?: (app: NestExpressApplication) => void;
}

export const PLATFORMS = ['express', 'fastify'] as const;

/** A Nest application with one transport, listening on a free port. Who calls is the header `x-user`. */
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
    authOf: (request) => {
      const { headers } = request as { headers: Record<string, string | undefined> };
      const subject = headers['x-user'];
      const expires = headers['x-expires'];
      return subject === undefined
        ? undefined
        : { subject, scopes: [], ...(expires && { expiresAt: Number(expires) }) };
    },
    connect: (transport) => createServer(seen).connect(transport),
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
  // Far below what the tests send: the application's parsers must not matter.
  if (options.platform !== 'fastify') app.useBodyParser('json', { limit: '1kb' });
  options.configure?.(app);
  const unused = new UnusedConnections(app.getHttpServer());
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  const close = async (): Promise<void> => {
    await entry.close();
    unused.close();
    await app.close();
  };
  return { app, entry, host, sessions, seen, port, url: `http://127.0.0.1:${port}`, close };
}

export type TestApp = Awaited<ReturnType<typeof startApp>>;
