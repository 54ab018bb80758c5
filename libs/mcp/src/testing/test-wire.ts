import type { Message, MessageId } from '../protocol/json-rpc.js';

/** Takes what the server sends; `about`: the request on whose stream it came, where the transport knows it. */
export type Receive = (message: Message, about?: MessageId) => void;

/** One transport as the test client uses it. */
export interface TestWire {
  /** Resolves when messages may be sent. */
  open(receive: Receive): Promise<void>;
  /** Sends a message. Rejects with `McpTestError` where the server refuses it. `signal` ends the stream of a request. */
  send(message: Message, signal?: AbortSignal): Promise<void>;
  /** Opens the stream of what belongs to no request, once a legacy session is initialised. */
  listen?(): Promise<void>;
  /** Whether a request of the modern era is cancelled by the end of its stream, not by a notification. */
  readonly cancelsByStream: boolean;
  close(): Promise<void>;
}
