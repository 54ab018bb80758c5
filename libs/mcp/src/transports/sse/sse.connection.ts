import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { MessageExtraInfo } from '@modelcontextprotocol/sdk/types.js';
import type { Session } from '../../sessions/session.manager.js';
import { HttpRefusal, invalidRequest, LegacyCode } from '../http/http-refusal.js';
import type { SseStream } from '../http/sse-stream.js';
import {
  cancelledId,
  isRequest,
  isResponse,
  negotiatedVersion,
  type Message,
  type MessageId,
} from '../json-rpc.js';
import type { MessageOrigin } from '../mcp.transport.js';

/** An SDK transport over HTTP+SSE: everything to the client goes on the one stream that is the session. */
export class SseConnection implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: Message, extra?: MessageExtraInfo) => void;
  readonly sessionId: string;
  readonly #calls = new Set<MessageId>();
  #stream: SseStream | undefined;
  #initializeId: MessageId | undefined;
  #closed = false;

  /** `open` makes the stream, once the engine is ready; `endpoint` is where the client shall post. */
  constructor(
    readonly session: Session,
    private readonly open: () => SseStream,
    private readonly endpoint: string,
    private readonly concurrency: number,
  ) {
    this.sessionId = session.id;
  }

  async start(): Promise<void> {
    const stream = this.open();
    this.#stream = stream;
    stream.whenClosed(() => void this.close());
    stream.event('endpoint', this.endpoint);
  }

  /** Throws `HttpRefusal` (400, 429) where the message must not go on to the engine. */
  assertAcceptable(message: Message): void {
    if (!isRequest(message)) return;
    if (this.#calls.has(message.id)) throw invalidRequest('the request id is in use', message.id);
    if (this.#calls.size >= this.concurrency) {
      const text = `Too many calls in flight (at most ${this.concurrency} per session)`;
      throw new HttpRefusal(429, LegacyCode.refused, text, {}, message.id);
    }
  }

  /** Hands a posted message to the engine. */
  receive(message: Message, origin: MessageOrigin): void {
    if (isRequest(message)) {
      this.#calls.add(message.id);
      if (message.method === 'initialize') this.#initializeId = message.id;
      else this.session.markInitialized();
    } else {
      this.session.markInitialized();
    }
    this.onmessage?.(message, { requestInfo: origin });
    const cancelled = cancelledId(message);
    if (cancelled !== undefined) this.#calls.delete(cancelled);
  }

  send(message: Message): Promise<void> {
    if (isResponse(message)) this.#answered(message);
    const sent = this.#stream?.event('message', JSON.stringify(message)) ?? false;
    // An answer that nobody waits for any more is no error of the call.
    return sent || isResponse(message)
      ? Promise.resolve()
      : Promise.reject(new Error('The connection is closed.'));
  }

  close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#stream?.end();
      this.session.close();
      this.onclose?.();
    }
    return Promise.resolve();
  }

  #answered(message: Message): void {
    const { id } = message as { id?: MessageId };
    if (id === undefined) return;
    this.#calls.delete(id);
    if (id === this.#initializeId) this.session.protocolVersion ??= negotiatedVersion(message);
  }
}
