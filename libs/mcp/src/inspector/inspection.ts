/** The method that the page calls, as a client, for data that the protocol does not provide. */
export const inspectMethod = 'nestjs-mcp/inspect';

/** The answer to `nestjs-mcp/inspect`. */
export interface Inspection {
  /** The sessions of this process that the caller may see: its own, or all with the inspector's `scope`. */
  readonly sessions: readonly InspectedSession[];
  /** All primitives of the server, including those hidden from the caller; absent without the inspector's `scope`. */
  readonly primitives?: readonly InspectedPrimitive[];
}

/** A session of a legacy client. */
export interface InspectedSession {
  /** The beginning of the id: the whole id would allow a reader to use the session. */
  readonly id: string;
  /** Subject of the caller that opened it; absent for an anonymous caller. */
  readonly owner?: string;
  readonly client?: { readonly name: string; readonly version: string };
  readonly protocolVersion?: string;
  /** ms since it was opened. */
  readonly age: number;
  /** The number of calls without an answer. */
  readonly calls: number;
  /** URIs of the resources that it has subscribed to. */
  readonly subscriptions: readonly string[];
}

/** A primitive, by its name in lists (of a resource the URI). */
export interface InspectedPrimitive {
  readonly kind: 'tool' | 'resource' | 'prompt';
  readonly name: string;
  /** `Class.method`. */
  readonly where: string;
  readonly scopes: readonly string[];
}
