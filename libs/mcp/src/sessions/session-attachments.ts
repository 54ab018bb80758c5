import type { Message, MessageId } from '../protocol/json-rpc.js';

/** A request that has no answer yet, as the transport that carries it sees it. */
export interface CallInFlight {
  /** `'subscription'`: a stream of changes, which has no end of its own. `'handshake'`: `initialize`, which a client cannot cancel. */
  readonly kind: 'call' | 'subscription' | 'handshake';
  /** Aborts the call. It gets no answer, because the client has cancelled it or cannot be reached any more. */
  cancel(reason: string): void;
  /** Aborts the call. A client that still waits for it, or comes back for it, reads the reason. */
  abort(reason: Error): void;
}

/** Sends what belongs to no call: news, on the stream that the session has for them. */
export type Outlet = (message: Message) => Promise<void>;

/** The calls in flight of one session in this process, by the id of their request. The engine fills it. */
export type SessionCalls = Map<MessageId, CallInFlight>;
