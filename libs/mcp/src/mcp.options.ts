import type {
  CanActivate,
  ControllerOptions,
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
import type { McpLimits, McpTransport } from './transports/mcp.transport.js';

/** Injection token of the options of the server whose module asks. */
export const MCP_OPTIONS = Symbol.for('nestjs-mcp:options');

/** Who may come in. */
export interface McpAuthOptions {
  /** Verifies bearer tokens; without one the application's own guards decide. */
  verifier?: TokenVerifier;
  /** Lets callers without a token in as anonymous. Default `false`. */
  optional?: boolean;
  /**
   * Whom the guards found behind a request; `undefined`: an anonymous caller. Default: `request.auth`, else `request.user`
   * (subject from `sub` or `id`, scopes from `scope`, `scp` or `scopes`).
   */
  principal?: (request: never) => McpAuth | undefined;
  /** This server as tokens name it (RFC 8707): its URL, or the origin of all its ways in. Default: `publicUrl`. */
  resource?: string;
  /** Issuers of the tokens; with them the server publishes where to get one (RFC 9728). */
  authorizationServers?: string[];
  /** What clients may ask for; part of the metadata and of the first challenge. */
  scopesSupported?: string[];
  /** Whether `granted` is as good as `required`, for scopes that include others. Default: `granted` has its very name. */
  scopeSatisfies?: (required: string, granted: readonly string[]) => boolean;
  /** Lists show also what the caller lacks the scopes for. Default `false`. */
  listUnscoped?: boolean;
}

/** How many sessions there may be, and for how long. */
export interface McpSessionOptions {
  /** Default 20,000. */
  max?: number;
  /** Per subject; anonymous callers share one. Default 1,000. */
  maxPerOwner?: number;
  /** ms without an open stream and without a call. Default 1,800,000 (half an hour). */
  idleTimeout?: number;
  /**
   * ms that a client has to come back to the stream of a call (`Last-Event-ID`): a call whose stream had no connection for so long
   * is aborted, and the events of an answered call are dropped after it. Default 60,000.
   */
  resumeTimeout?: number;
  /**
   * Keeps what was sent on streams for clients that come back. Default: in memory, at most 1,000 events or 4 MiB a session and
   * `limits.events` bytes in all.
   */
  eventStore?: EventStore;
}

/** What may come late, from a factory: everything that does not shape the module graph. */
export interface McpServerOptions {
  /** The server's version on the wire. */
  version: string;
  title?: string;
  description?: string;
  /** For the model: how to use the server. */
  instructions?: string;
  websiteUrl?: string;
  icons?: McpIcon[];
  auth?: McpAuthOptions;
  /** Who knows of a primitive; asked of each, before what its class and its method say. */
  visibility?: McpVisibility;
  /** The URL that clients see: its host is allowed, its path precedes the path of the `endpoint` event. */
  publicUrl?: string;
  /** `Host` values to accept. Default: loopback names (and `publicUrl`'s) on loopback connections, elsewhere any. */
  allowedHosts?: readonly string[];
  /** `Origin` values to accept beside the request's own host. */
  allowedOrigins?: readonly string[];
  sessions?: McpSessionOptions;
  /** Lets several processes serve as one server (`redisBackplane()` of `nestjs-mcp/redis`). Needs a `stateSecret`. Default: one process alone. */
  backplane?: McpBackplane;
  /** Calls that have become tasks: how many, for how long, and where they are kept. */
  tasks?: McpTaskOptions;
  /** Bounds on what clients may ask for, and on the memory that this takes. */
  limits?: Partial<McpLimits>;
  /** Time limit of a call in ms. Default: none. */
  timeout?: number;
  /** ms that calls in flight get at shutdown. Default 3,000. */
  shutdownTimeout?: number;
  /** Items on a page of the four lists. Default: one page. */
  pageSize?: number;
  /** How long clients of the modern era may keep lists, and resources that say nothing of their own. Default `{ ttl: 0, scope: 'private' }`. */
  cache?: McpCacheHint;
  /**
   * Signs what travels through clients: cursors, and the state of calls that wait for an answer. The same for all instances of
   * the application, at least 32 bytes. Of a list the first one signs and all of them verify, so that a secret can be replaced
   * while clients hold what the old one has signed. Default: a key of this process, with a warning.
   */
  stateSecret?: string | readonly string[];
  /**
   * Whether what only the documentation says of a result (`@ApiOkResponse()` and the like, the return type) becomes the tool's
   * `outputSchema`, which every result is checked against. Default `false`: only what `output` declares.
   */
  documentedOutputs?: boolean;
  /**
   * Classes of global interceptors and filters that must not run around primitives: those that wrap every answer of REST
   * (`{ data }`). Guards and pipes cannot be excluded.
   */
  excludeEnhancers?: Type[];
  /** Routes of whole modules that are tools of this server, without a decorator on their controllers. Default: none. */
  routes?: McpRouteSelection;
  /**
   * Folders that hold skills (each a folder with a `SKILL.md`), for everyone who may come in (extension Skills). What `@McpSkill`
   * declares is left to it. Default: none.
   */
  skills?: readonly McpSkillFolder[];
  /**
   * Whether `GET <path of Streamable HTTP>/server-card` says who the server is and where it is reached (server card, experimental):
   * open to everyone, from these options and those of the card. Default `false`.
   */
  serverCard?: boolean | McpServerCardOptions;
  /**
   * Providers that receive an event after every call, refused ones included; each must be a singleton of some module. What a guard of
   * the MCP routes refuses (401 above all) never becomes a call, and sends no event.
   */
  observers?: readonly Type<McpCallObserver>[];
  /** Whether the events of `observers` carry inputs and results. Default: neither. */
  observe?: McpObserveOptions;
  /** Spans and metrics of every message: `openTelemetry()` of `nestjs-mcp/telemetry`. Default: none. */
  telemetry?: McpTelemetry;
  /** Options of the `ValidationPipe` for DTOs where the application has no global one. Default: transform, whitelist, forbidNonWhitelisted. */
  validation?: McpValidationOptions;
  /** How the input schemas of tools are written for clients. Default `{ nulls: 'omit', additionalProperties: 'forbid' }`. */
  schemas?: McpSchemaOptions;
}

/** What shapes the module graph, and so must be known when the module is declared. */
export interface McpModuleShape {
  /** The server's name on the wire, and in `@InjectMcpServer(name)`. */
  name: string;
  /** Before every path of this server: `'admin'` makes `/admin/mcp`. */
  prefix?: string;
  /** Modules whose providers and controllers are scanned (not their imports). Default: what no other server claims. */
  include?: Type[];
  /** The ways in. Default `[streamableHttp(), sse()]`. */
  transports?: McpTransport[];
  /** Nest guards on every MCP route and verb, after `BearerAuthGuard`. */
  guards?: Type<CanActivate>[];
  /** Further class decorators for the MCP controllers. */
  decorators?: ClassDecorator[];
  /** Version of the MCP routes. Default: version-neutral. */
  apiVersion?: ControllerOptions['version'];
  /**
   * When requests and responses of an Express application get Express' prototypes. `'per-request'` (default) leaves that to Express
   * and changes nothing of the application. `'early'` lets Node make them so, for all routes of the application, which spares most of
   * what Express costs on Node 20 and 22; on Node 24 and newer it does nothing (decision 0009).
   */
  expressPrototypes?: 'early' | 'per-request';
  /** Modules in which `guards` and the factory find their dependencies. */
  imports?: ModuleMetadata['imports'];
}

/** Options of `McpModule.forRoot`. */
export interface McpModuleOptions extends McpModuleShape, McpServerOptions {}

/** Makes the options from other providers: `forRootAsync({ useClass })`. */
export interface McpOptionsFactory {
  /** Gives the options once, at boot. */
  createMcpOptions(): McpServerOptions | Promise<McpServerOptions>;
}

/** Options of `McpModule.forRootAsync`: the shape at once, the rest from a factory, a class or an existing provider. */
export interface McpModuleAsyncOptions extends McpModuleShape {
  inject?: (InjectionToken | OptionalFactoryDependency)[];
  /** Gives the options once, at boot, from the providers that `inject` names. */
  // oxlint-disable-next-line typescript/no-explicit-any -- nothing can know here what a factory injects.
  useFactory?: (...args: any[]) => McpServerOptions | Promise<McpServerOptions>;
  useClass?: Type<McpOptionsFactory>;
  useExisting?: Type<McpOptionsFactory>;
}

const mebibyte = 1024 * 1024;

/** The bounds in force where the options say nothing. */
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

/** How sessions are kept where the options say nothing; durations in ms. */
export const defaultSessions = {
  max: 20_000,
  maxPerOwner: 1_000,
  idleTimeout: 1_800_000,
  resumeTimeout: 60_000,
} as const;
