import type { Session } from '../sessions/session.manager.js';
import {
  cancelledId,
  isRequest,
  isResponse,
  negotiatedVersion,
  type Message,
  type MessageId,
} from '../protocol/json-rpc.js';

/** Follows the messages of a connection that is one stream each way: which calls are open, and what was negotiated. */
export class CallsInFlight {
  readonly #ids = new Set<MessageId>();
  #initializeId: MessageId | undefined;

  /** At most `limit` calls at a time. */
  constructor(
    private readonly session: Session,
    private readonly limit: number,
  ) {}

  get size(): number {
    return this.#ids.size;
  }

  /** No room for this request. */
  isFullFor(message: Message): boolean {
    return isRequest(message) && this.#ids.size >= this.limit;
  }

  /** The request would be mistaken for one that has no answer yet. */
  isTaken(message: Message): boolean {
    return isRequest(message) && this.#ids.has(message.id);
  }

  /** The engine is about to get this message of the client's. */
  received(message: Message): void {
    if (isRequest(message)) {
      this.#ids.add(message.id);
      if (message.method === 'initialize') this.#initializeId = message.id;
    }
    if (!('method' in message) || message.method !== 'initialize') this.session.markInitialized();
    const cancelled = cancelledId(message);
    // The SDK sends no answer to a cancelled call.
    if (cancelled !== undefined && cancelled !== this.#initializeId) this.#ids.delete(cancelled);
  }

  /** The engine has sent this message. */
  sent(message: Message): void {
    if (!isResponse(message)) return;
    const { id } = message as { id?: MessageId };
    if (id === undefined) return;
    this.#ids.delete(id);
    if (id !== this.#initializeId) return;
    this.#initializeId = undefined;
    this.session.protocolVersion = negotiatedVersion(message);
  }
}
