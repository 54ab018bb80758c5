import type {
  CanActivate,
  ControllerOptions,
  DynamicModule,
  InjectionToken,
  ModuleMetadata,
  OptionalFactoryDependency,
  Type,
} from '@nestjs/common';
import type { McpVisibility } from './access/primitive-access.js';
import type { McpBackplane } from './backplane/mcp-backplane.js';
import type { McpServerCardOptions } from './catalog/server-card.options.js';
import type { McpCallObserver } from './engine/call-event.js';
import type { McpTelemetry } from './engine/mcp-telemetry.js';
import type { McpObserveOptions } from './primitives/observe-options.js';
import type { McpIcon } from './primitives/mcp.primitive.js';
import type { McpCacheHint } from './primitives/cache-hint.js';
import type { McpValidationOptions } from './schema/dto/dto-validator.js';
import type { McpSchemaOptions } from './schema/input-writer.js';
import type { EventStore } from './sessions/event.store.js';
import type { McpAuth } from './sessions/mcp-auth.js';
import type { TokenVerifier } from './sessions/token-verifier.js';
import type { McpSkillFolder } from './skills/mcp-skill.decorator.js';
import type { McpRouteSelection } from './tools/exposed-routes.js';
import type { McpTaskOptions } from './tasks/task.manager.js';
import type { McpTransport } from './transports/mcp.transport.js';
import type { McpLimits } from './transports/mcp-limits.js';

/** Injection token of the options of the server that the injecting module belongs to. */
export const MCP_OPTIONS = Symbol.for('nestjs-mcp:options');

/** How callers are authenticated and what they may see. */
export interface McpAuthOptions {
  /** Verifies bearer tokens. Without a verifier the application's own guards authenticate callers. */
  verifier?: TokenVerifier;
  /** Whether requests without a token are accepted as anonymous. Default `false`. */
  optional?: boolean;
  /**
   * The caller of a request after the guards; `null` or `undefined`: anonymous. Default: `request.auth`, else
   * `request.user` (subject from `sub` or `id`, scopes from `scope`, `scp` or `scopes`).
   */
  // oxlint-disable-next-line typescript/no-explicit-any -- a request of Express or Fastify, with what guards put on it.
  principal?: (request: any) => McpAuth | null | undefined;
  /** This server's identifier in tokens (RFC 8707): its URL, or the origin of its transports. Default: `publicUrl`. */
  resource?: string;
  /** Issuers of the tokens; the server publishes them in its protected resource metadata (RFC 9728). */
  authorizationServers?: string[];
  /** The scopes that clients may request. They are listed in the metadata and in the first challenge. */
  scopesSupported?: string[];
  /** Whether `granted` satisfies `required`, for scopes that include others. Default: `granted` contains `required`. */
  scopeSatisfies?: (required: string, granted: readonly string[]) => boolean;
  /** Whether lists also show primitives whose scopes the caller lacks. Default `false`. */
  listUnscoped?: boolean;
}

/** Limits on the number and the lifetime of sessions. */
export interface McpSessionOptions {
  /** The largest number of open sessions. Default 20,000. */
  max?: number;
  /** The largest number of open sessions of one subject; all anonymous callers share one limit. Default 1,000. */
  maxPerOwner?: number;
  /** Time in ms after which a session without an open stream and without a call ends. Default 1,800,000 (half an hour). */
  idleTimeout?: number;
  /**
   * Time in ms to resume the stream of a call (`Last-Event-ID`): after it, a running call is aborted, and the events of
   * an answered call are dropped. Default 60,000.
   */
  resumeTimeout?: number;
  /**
   * Stores the messages of streams for clients that resume them. Default: in memory, at most 1,000 events or 4 MiB a
   * session and `limits.events` bytes in all.
   */
  eventStore?: EventStore;
}

/** Options that a factory may provide: everything that does not shape the module graph. */
export interface McpServerOptions {
  /** The server's version, as clients see it. */
  version: string;
  title?: string;
  description?: string;
  /** Instructions for the model on how to use the server. */
  instructions?: string;
  websiteUrl?: string;
  icons?: McpIcon[];
  auth?: McpAuthOptions;
  /** Decides which callers see a primitive. It runs for each primitive, before the rules of its class and its method. */
  visibility?: McpVisibility;
  /** The public URL of the server, absolute. Its host is allowed, and its path precedes the path in the `endpoint` event. */
  publicUrl?: string;
  /** Accepted `Host` values. Default: loopback names (and `publicUrl`'s) on loopback connections, elsewhere any. */
  allowedHosts?: readonly string[];
  /** Accepted `Origin` values, in addition to the request's own host. */
  allowedOrigins?: readonly string[];
  sessions?: McpSessionOptions;
  /** Lets several processes act as one server (`redisBackplane()` of `nestjs-mcp/redis`); needs a `stateSecret`. Default: none. */
  backplane?: McpBackplane;
  /** Limits and storage of tasks (calls that go on after they have been answered with a task). */
  tasks?: McpTaskOptions;
  /** Limits on requests, and on the memory that they take. */
  limits?: Partial<McpLimits>;
  /** Time limit of a call in ms, at least 1; `Infinity` is none. Default: none. */
  timeout?: number;
  /** Time in ms that calls in flight get at shutdown; `Infinity`: until they end. Default 3,000. */
  shutdownTimeout?: number;
  /** Number of items on a page of each of the four lists. Default: all on one page. */
  pageSize?: number;
  /** Cache hint for clients of the modern era, where a resource has none. Default `{ ttl: 0, scope: 'private' }`. */
  cache?: McpCacheHint;
  /**
   * Signs what is stored with clients: cursors, and the state of calls that wait for an answer. All instances of the
   * application need the same secret, at least 32 bytes long. Of a list the first signs and all verify, so that a
   * secret can be replaced. Default: a random key of this process, with a warning.
   */
  stateSecret?: string | readonly string[];
  /**
   * Whether result types that are only documented (`@ApiOkResponse()` and the like, or the return type) become the
   * tool's `outputSchema`, against which results are checked. Default `false`: only `output` declares one.
   */
  documentedOutputs?: boolean;
  /** Global interceptors and filters that skip primitives, such as one that wraps responses in `{ data }`. Never guards or pipes. */
  excludeEnhancers?: Type[];
  /** Selects routes of whole modules as tools of this server, without decorators on their controllers. Default: none. */
  routes?: McpRouteSelection;
  /**
   * Folders of skills (each a folder with a `SKILL.md`), for every caller of the server (extension Skills). Folders of
   * an `@McpSkill` are skipped. Default: none.
   */
  skills?: readonly McpSkillFolder[];
  /**
   * Whether `GET <path of Streamable HTTP>/server-card` returns the server card (experimental): name and address of the
   * server, without authentication. Default `false`.
   */
  serverCard?: boolean | McpServerCardOptions;
  /**
   * Providers that receive an event after every call, including refused ones. Each must be a singleton of some module.
   * A request that a guard of the MCP routes refuses (with 401, for example) is no call and sends no event.
   */
  observers?: readonly Type<McpCallObserver>[];
  /** Whether the events for `observers` contain inputs and results. Default: neither. */
  observe?: McpObserveOptions;
  /** Records spans and metrics of every message: `openTelemetry()` of `nestjs-mcp/telemetry`. Default: none. */
  telemetry?: McpTelemetry;
  /** Options of the `ValidationPipe` for DTOs without a global one. Default: transform, whitelist, forbidNonWhitelisted. */
  validation?: McpValidationOptions;
  /** How tools' input schemas are written for clients. Default `{ nulls: 'omit', additionalProperties: 'forbid' }`. */
  schemas?: McpSchemaOptions;
}

/** Options that shape the module graph, and must be known when the module is declared. */
export interface McpModuleShape {
  /** The server's name, as clients see it and as `@InjectMcpServer(name)` refers to it. */
  name: string;
  /** Path prefix of all routes of this server: `'admin'` makes `/admin/mcp`. */
  prefix?: string;
  /** Modules whose providers and controllers are scanned (not their imports). Default: those that no other server includes. */
  include?: (Type | DynamicModule)[];
  /** The transports of the server. Default `[streamableHttp(), sse()]`. */
  transports?: McpTransport[];
  /** Nest guards for every MCP route and HTTP method. They run after `BearerAuthGuard`. */
  guards?: Type<CanActivate>[];
  /** Additional class decorators for the MCP controllers. */
  decorators?: ClassDecorator[];
  /** API version of the MCP routes. Default: version-neutral. */
  apiVersion?: ControllerOptions['version'];
  /**
   * When requests and responses of an Express application get Express' prototypes: `'per-request'` (default) leaves
   * that to Express. With `'early'` Node creates all of them so, which saves most of Express' overhead on Node 20 and
   * 22; it has no effect on Node 24 and newer (decision 0009).
   */
  expressPrototypes?: 'early' | 'per-request';
  /** Modules that provide the dependencies of `guards` and of the factory. */
  imports?: ModuleMetadata['imports'];
}

/** Options of `McpModule.forRoot`. */
export interface McpModuleOptions extends McpModuleShape, McpServerOptions {}

/** Provides the options, in place of a factory: `forRootAsync({ useClass })`. */
export interface McpOptionsFactory {
  /** Returns the options. Called once, at boot. */
  createMcpOptions(): McpServerOptions | Promise<McpServerOptions>;
}

/** Options of `McpModule.forRootAsync`: the shape directly, the rest by a factory, a class or an existing provider. */
export interface McpModuleAsyncOptions extends McpModuleShape {
  inject?: (InjectionToken | OptionalFactoryDependency)[];
  /** Returns the options, from the providers that `inject` lists. Called once, at boot. */
  // oxlint-disable-next-line typescript/no-explicit-any -- nothing can know here what a factory injects.
  useFactory?: (...args: any[]) => McpServerOptions | Promise<McpServerOptions>;
  useClass?: Type<McpOptionsFactory>;
  useExisting?: Type<McpOptionsFactory>;
}

const mebibyte = 1024 * 1024;

/** The default of each limit. */
export const defaultLimits: McpLimits = {
  body: 4 * mebibyte,
  bodies: 64 * mebibyte,
  batch: 100,
  depth: 64,
  concurrency: 64,
  callsPerOwner: 256,
  queue: 8 * mebibyte,
  subscriptions: 1_024,
  subscriptionsPerOwner: 64,
  unsent: 64 * mebibyte,
  events: 64 * mebibyte,
  taskResults: 64 * mebibyte,
  stallTimeout: 30_000,
};

/** The defaults of the session options; durations in ms. */
export const defaultSessions = {
  max: 20_000,
  maxPerOwner: 1_000,
  idleTimeout: 1_800_000,
  resumeTimeout: 60_000,
} as const;
