import { ErrorCode } from '../../errors/protocol.error.js';
import {
  cancelledId,
  idOf,
  isResponse,
  toErrorJson,
  type Message,
  type MessageId,
  type RequestMessage,
} from '../../protocol/json-rpc.js';
import { toFittingJson } from '../fitting.json.js';
import type { UnsentBudget } from '../unsent.budget.js';
import type { MessageOrigin, ModernDoor, ModernExchange, ModernRequest } from '../mcp.transport.js';
import { classify } from '../../protocol/era.js';

/** What the modern calls of one pipe need. */
export interface ModernCallsSettings {
  readonly door: ModernDoor;
  /** Calls and subscriptions in flight. */
  readonly limit: number;
  readonly origin: () => MessageOrigin;
  readonly write: (json: string) => Promise<void> | undefined;
  readonly unsent: UnsentBudget;
  /** A call is over. */
  readonly onEnd: () => void;
}

/** The requests of the modern era on a pair of streams: each stands alone, and is cancelled by a notification. */
export class ModernCalls {
  readonly #open = new Map<MessageId, { exchange?: ModernExchange; listens: boolean }>();

  constructor(private readonly settings: ModernCallsSettings) {}

  /** Calls that have no answer yet; a subscription never gets one. */
  get size(): number {
    let size = 0;
    for (const { listens } of this.#open.values()) if (!listens) size += 1;
    return size;
  }

  /** Takes the message if it is one of the modern era. */
  take(message: Message): boolean {
    const cancelled = cancelledId(message);
    if (cancelled !== undefined && this.#open.has(cancelled)) {
      this.#abort(cancelled, 'Cancelled');
      this.settings.onEnd();
      return true;
    }
    const found = classify(message);
    if (found.era === 'legacy') return false;
    if ('refusal' in found) {
      const { code, message: text, data } = found.refusal;
      const error = { code, message: text, ...(data !== undefined && { data }) };
      void this.settings.write(JSON.stringify({ jsonrpc: '2.0', id: idOf(message), error }));
    } else if ('revision' in found) {
      this.#serve({ message: message as RequestMessage, revision: found.revision });
    }
    return true;
  }

  /** Nobody can receive anything any more: of subscriptions alone, or of calls too. */
  abort(what: 'subscriptions' | 'all'): void {
    for (const [id, { listens }] of this.#open) {
      if (listens || what === 'all') this.#abort(id, 'Connection closed');
    }
  }

  #serve(request: ModernRequest): void {
    const { door, limit, origin, write, onEnd } = this.settings;
    const { id, method } = request.message;
    if (this.#open.has(id) || this.#open.size >= limit) {
      const problem = this.#open.has(id) ? 'the request id is in use' : 'too many calls in flight';
      void write(toErrorJson(id, ErrorCode.invalidRequest, `Invalid Request: ${problem}`));
      return;
    }
    const call: { exchange?: ModernExchange; listens: boolean } = {
      listens: method === 'subscriptions/listen',
    };
    this.#open.set(id, call);
    call.exchange = door.serve(request, origin(), {
      send: (message) => {
        if (this.#open.get(id) !== call) return undefined;
        const ready = write(toFittingJson(message, this.settings.unsent));
        if (!isResponse(message)) return ready;
        this.#open.delete(id);
        onEnd();
        return undefined;
      },
    });
  }

  #abort(id: MessageId, reason: string): void {
    const call = this.#open.get(id);
    this.#open.delete(id);
    call?.exchange?.abort(reason);
  }
}
