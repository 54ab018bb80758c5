import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { MessageExtraInfo } from '@modelcontextprotocol/sdk/types.js';
import type { Session } from '../../sessions/session.manager.js';
import { CallsInFlight } from '../calls-in-flight.js';
import { invalidRequest, tooManyCalls } from '../http/http-refusal.js';
import type { SseStream } from '../http/sse-stream.js';
import { idOf, isRequest, type Message } from '../../protocol/json-rpc.js';
import { toFittingJson } from '../fitting.json.js';
import type { MessageOrigin } from '../mcp.transport.js';
import type { UnsentBudget } from '../unsent.budget.js';

/** An SDK transport over HTTP+SSE: everything to the client goes on the one stream that is the session. */
export class SseConnection implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: Message, extra?: MessageExtraInfo) => void;
  readonly sessionId: string;
  readonly #calls: CallsInFlight;
  #stream: SseStream | undefined;
  #closed = false;

  /** `open` makes the stream, once the engine is ready; `endpoint` is where the client shall post. */
  constructor(
    readonly session: Session,
    private readonly open: () => SseStream,
    private readonly endpoint: string,
    private readonly concurrency: number,
    private readonly unsent: UnsentBudget,
  ) {
    this.sessionId = session.id;
    this.#calls = new CallsInFlight(session, concurrency);
  }

  start(): Promise<void> {
    const stream = this.open();
    this.#stream = stream;
    stream.whenClosed(() => void this.close());
    stream.event('endpoint', this.endpoint);
    return Promise.resolve();
  }

  /** Throws `HttpRefusal` (400, 429) where the message must not go on to the engine. */
  assertAcceptable(message: Message): void {
    if (this.#calls.isTaken(message)) {
      throw invalidRequest('the request id is in use', idOf(message));
    }
    if (this.#calls.isFullFor(message)) throw tooManyCalls(this.concurrency, idOf(message));
  }

  /** Hands a posted message to the engine. */
  receive(message: Message, origin: MessageOrigin): void {
    this.#calls.received(message);
    this.onmessage?.(message, { requestInfo: origin });
  }

  send(message: Message): Promise<void> {
    this.#calls.sent(message);
    const stream = this.#stream;
    // Nothing is written out for a connection that is gone.
    const sent =
      stream?.isOpen === true && stream.event('message', toFittingJson(message, this.unsent));
    if (sent) return stream.ready() ?? Promise.resolve();
    // Only who waits for an answer has to know that the client is gone.
    return isRequest(message)
      ? Promise.reject(new Error('The connection is closed.'))
      : Promise.resolve();
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
}
