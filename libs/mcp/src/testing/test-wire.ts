import type { Message, MessageId } from '../protocol/json-rpc.js';

/** Receives messages of the server. `about` is the request whose stream carried it, if the transport knows that. */
export type Receive = (message: Message, about?: MessageId) => void;

/** One transport as the test client uses it. */
export interface TestWire {
  /** Resolves when messages may be sent. */
  open(receive: Receive): Promise<void>;
  /** Sends a message. Rejects with `McpTestError` if the server refuses it. `signal` closes the stream of a request. */
  send(message: Message, signal?: AbortSignal): Promise<void>;
  /** Opens the stream for messages that belong to no request, after a legacy session is initialised. */
  listen?(): Promise<void>;
  /** Whether a modern request is cancelled by closing its stream, not by a notification. */
  readonly cancelsByStream: boolean;
  close(): Promise<void>;
}
