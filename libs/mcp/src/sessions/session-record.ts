import type { McpLogLevel } from '../protocol/log-level.js';

/**
 * What is known of a legacy client between its requests. It is data: whoever holds it can serve the session, in this process or in
 * another one. What belongs to one process (open streams, calls in flight) is attached to `Session`.
 */
export interface SessionRecord {
  readonly id: string;
  /** Subject of the caller who opened it; anonymous callers share the owner `undefined`. */
  readonly owner: string | undefined;
  /** The transport that it came by, where several processes serve it: no other transport takes it up. */
  transport?: string;
  /** The process whose stream carries everything that is sent (HTTP+SSE); `undefined`: each process has its own streams. */
  home?: string;
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

/** What of a session changes after it was opened. */
export interface SessionChange {
  readonly initialize?: Readonly<Record<string, unknown>>;
  readonly protocolVersion?: string;
  readonly initialized?: true;
  readonly logLevel?: McpLogLevel;
  readonly subscribe?: string;
  readonly unsubscribe?: string;
}

/** Puts a change into a record. */
export function applyChange(record: SessionRecord, change: SessionChange): void {
  const { subscribe, unsubscribe, ...fields } = change;
  Object.assign(record, fields);
  if (subscribe !== undefined) (record.subscriptions ??= new Set()).add(subscribe);
  if (unsubscribe !== undefined) record.subscriptions?.delete(unsubscribe);
}
