import type { McpLogLevel } from '../protocol/log-level.js';

/**
 * What is known of a legacy client between its requests. It is data: whoever holds it can serve the session, in this process or in
 * another one. What belongs to one process (open streams, calls in flight) is attached to `Session`.
 */
export interface SessionRecord {
  readonly id: string;
  /** Subject of the caller who opened it; anonymous callers share the owner `undefined`. */
  readonly owner: string | undefined;
  /** The parameters of `initialize`, as the client sent them. */
  initialize?: Readonly<Record<string, unknown>>;
  /** The negotiated revision; `undefined` before `initialize`. */
  protocolVersion?: string;
  /** The client has gone on after `initialize`. */
  initialized: boolean;
  /** What `logging/setLevel` asked for; `undefined`: nothing yet. */
  logLevel?: McpLogLevel;
  /** URIs of the resources whose changes the client wants to hear of. */
  subscriptions?: Set<string>;
}
