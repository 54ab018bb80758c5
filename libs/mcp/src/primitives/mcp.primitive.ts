import type { McpCall } from '../context/mcp-call.js';
import type { McpContext } from '../context/mcp-context.js';
import type { McpVisibility, PrimitiveAccess } from '../access/primitive-access.js';
import type { McpClientCapability } from '../context/mcp-question.js';
import type { McpCacheHint } from './cache-hint.js';

/** Runs a user's method with its guards, interceptors, pipes and filters. */
export type McpHandler = (input: unknown, context: McpContext, call: McpCall) => Promise<unknown>;

/** An icon of a server or a primitive. */
export interface McpIcon {
  /** `https:` or `data:` URI. */
  src: string;
  mimeType?: string;
  /** `48x48`, `any`. */
  sizes?: string[];
  theme?: 'light' | 'dark';
}

/** Options that all kinds of primitives share. */
export interface McpPrimitiveOptions {
  /** Default: the method's name in snake_case. */
  name?: string;
  title?: string;
  description?: string;
  icons?: McpIcon[];
  /** The `_meta` of the definition. */
  meta?: Record<string, unknown>;
  /** Time limit of a call in ms, which takes precedence over the module's `timeout`; `Infinity` is none. */
  timeout?: number;
  /** OAuth scopes that a caller needs, all of them. Without them the primitive is not listed, and calls are refused. */
  scopes?: string[];
  /** Decides which callers see it, in addition to the rules of the class and the module. */
  visibility?: McpVisibility;
  /**
   * How long clients of the modern era may cache it: of a resource its contents, of a tool or prompt its entry in the
   * list. Default: the module's `cache`.
   */
  cache?: McpCacheHint;
  /** The capabilities that a client must have: calls of other clients are refused before anything runs. */
  requires?: McpClientCapability[];
  /**
   * For a route's method: `'skip'` skips the middleware that the application binds to the route. By default it runs
   * around the call, before its guards.
   */
  middleware?: 'skip';
  /** Names of the servers of this primitive, in place of those that scan its module. */
  servers?: string[];
}

/** A primitive of a server: its definition, created once at boot, and its key. */
export interface McpPrimitive {
  /** Unique among the primitives of its kind: the name of a tool or prompt, the URI of a resource. */
  readonly key: string;
  /** `Class.method`, for errors and logs. */
  readonly where: string;
  readonly access: PrimitiveAccess;
  /** The definition for clients, as in a list. */
  readonly definition: object;
  readonly cache?: McpCacheHint;
  readonly requires?: readonly McpClientCapability[];
}
