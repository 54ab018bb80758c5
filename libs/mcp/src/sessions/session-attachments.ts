import type { Message, MessageId } from '../protocol/json-rpc.js';

/** A request without an answer yet, as the transport that carries it sees it. */
export interface CallInFlight {
  /**
   * `'subscription'` is a stream of changes, which does not end by itself. `'handshake'` is `initialize`, which a
   * client cannot cancel.
   */
  readonly kind: 'call' | 'subscription' | 'handshake';
  /** Aborts the call without an answer, because the client has cancelled it or cannot be reached any more. */
  cancel(reason: string): void;
  /** Aborts the call. A client that still waits for it, or resumes its stream, receives the reason. */
  abort(reason: Error): void;
}

/** Sends a notification that belongs to no call, on the session's stream for those. */
export type Outlet = (message: Message) => Promise<void>;

/** The calls in flight of one session in this process, by the id of their request. The engine fills it. */
export type SessionCalls = Map<MessageId, CallInFlight>;
