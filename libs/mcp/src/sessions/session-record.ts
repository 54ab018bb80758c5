import type { McpLogLevel } from '../protocol/log-level.js';
import { lowerScheme } from '../protocol/uri-scheme.js';

/**
 * The state of a legacy client between its requests. It is plain data: any process that has it can serve the session.
 * What belongs to one process (open streams, calls in flight) is attached to `Session`.
 */
export interface SessionRecord {
  readonly id: string;
  /** The subject of the caller that opened it; `undefined` for anonymous callers. */
  readonly owner: string | undefined;
  /** The transport of the session, if several processes serve it. No other transport accepts it. */
  transport?: string;
  /**
   * The process with the stream that carries all messages (HTTP+SSE); `undefined` if each process has its own streams.
   */
  home?: string;
  /** The client's revision, name and capabilities, as its `initialize` named them. */
  initialize?: Readonly<Record<string, unknown>>;
  /** The negotiated revision; `undefined` before `initialize`. */
  protocolVersion?: string;
  /** The client has sent `notifications/initialized`, or another message after `initialize`. */
  initialized: boolean;
  /** The level of `logging/setLevel`; `undefined` if the client has not set one. */
  logLevel?: McpLogLevel;
  /**
   * The resources that the client has subscribed to: their URIs with the scheme in lower case, and as the client sent
   * them.
   */
  subscriptions?: Map<string, string>;
}

/** A change of a session after it was opened. */
export interface SessionChange {
  readonly initialize?: Readonly<Record<string, unknown>>;
  readonly protocolVersion?: string;
  readonly initialized?: true;
  readonly logLevel?: McpLogLevel;
  readonly subscribe?: string;
  readonly unsubscribe?: string;
}

/** Applies a change to a record. */
export function applyChange(record: SessionRecord, change: SessionChange): void {
  const { subscribe, unsubscribe, ...fields } = change;
  Object.assign(record, fields);
  if (subscribe !== undefined)
    (record.subscriptions ??= new Map()).set(lowerScheme(subscribe), subscribe);
  if (unsubscribe !== undefined) record.subscriptions?.delete(lowerScheme(unsubscribe));
}
