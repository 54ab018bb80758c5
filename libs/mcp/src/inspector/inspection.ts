/** The method by which the page asks a server, as any client does, for what no method of the protocol tells. */
export const inspectMethod = 'nestjs-mcp/inspect';

/** The answer to `nestjs-mcp/inspect`. */
export interface Inspection {
  /** The sessions of this process that the caller may know of: its own, or all where it holds the inspector's `scope`. */
  readonly sessions: readonly InspectedSession[];
  /** Everything that the server has, whether the caller sees it or not; absent where the caller does not hold the inspector's `scope`. */
  readonly primitives?: readonly InspectedPrimitive[];
}

/** A session of a legacy client. */
export interface InspectedSession {
  /** The beginning of the id: the whole one would let its reader use the session. */
  readonly id: string;
  /** Subject of the caller who opened it; absent: an anonymous caller. */
  readonly owner?: string;
  readonly client?: { readonly name: string; readonly version: string };
  readonly protocolVersion?: string;
  /** ms since it was opened. */
  readonly age: number;
  /** Calls without an answer. */
  readonly calls: number;
  /** URIs of the resources that it has subscribed to. */
  readonly subscriptions: readonly string[];
}

/** A primitive, by the name (of a resource the URI) under which it is listed. */
export interface InspectedPrimitive {
  readonly kind: 'tool' | 'resource' | 'prompt';
  readonly name: string;
  /** `Class.method`. */
  readonly where: string;
  readonly scopes: readonly string[];
}
