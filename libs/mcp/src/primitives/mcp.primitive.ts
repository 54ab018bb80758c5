import type { McpCall } from '../context/mcp-call.js';
import type { McpContext } from '../context/mcp-context.js';
import type { McpVisibility, PrimitiveAccess } from '../access/primitive-access.js';
import type { McpClientCapability } from '../context/mcp-question.js';
import type { McpCacheHint } from './cache-hint.js';

/** A user's method in its guards, interceptors, pipes and filters. */
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

/** What every kind of primitive may be declared with. */
export interface McpPrimitiveOptions {
  /** Default: the method's name in snake_case. */
  name?: string;
  title?: string;
  description?: string;
  icons?: McpIcon[];
  /** Goes on the wire as `_meta` of the definition. */
  meta?: Record<string, unknown>;
  /** Time limit of a call in ms; wins over the module's `timeout`. */
  timeout?: number;
  /** OAuth scopes that a caller must hold, all of them; without them it is not listed, and refused when called. */
  scopes?: string[];
  /** Who knows of it, beside what the class and the module say. */
  visibility?: McpVisibility;
  /**
   * How long clients of the modern era may keep what they read: of a resource its contents, of a tool or prompt its entry in
   * the list. Default: the module's `cache`.
   */
  cache?: McpCacheHint;
  /** What the client must be able to answer: one that cannot is refused before anything runs. */
  requires?: McpClientCapability[];
  /**
   * Of a route's method: `'skip'` leaves out the middleware that the application binds to the route, which otherwise runs around
   * the call, before its guards.
   */
  middleware?: 'skip';
  /** Names of the servers that offer it, instead of those that scan its module. */
  servers?: string[];
}

/** What a server offers: its wire definition, made once at boot, and the key it is found under. */
export interface McpPrimitive {
  /** Unique among the primitives of its kind: the name of a tool or prompt, the URI of a resource. */
  readonly key: string;
  /** `Class.method`, for errors and logs. */
  readonly where: string;
  readonly access: PrimitiveAccess;
  /** As a client sees it in a list. */
  readonly definition: object;
  readonly cache?: McpCacheHint;
  readonly requires?: readonly McpClientCapability[];
}
