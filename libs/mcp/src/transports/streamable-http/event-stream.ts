import type { EventStore } from '../../sessions/event.store.js';
import type { EventLog } from './event-log.js';
import type { SseStream } from '../http/sse-stream.js';
import type { Message } from '../../protocol/json-rpc.js';
import { toJson } from '../../protocol/kept-json.js';
import { toFittingJson } from '../fitting-json.js';
import type { UnsentBudget } from '../unsent-budget.js';

const RETRY = 1_000;
const DONE = Promise.resolve();

/**
 * A stream of messages to a client, which several connections may carry one after another. Without a log it ends with
 * its connection, and no events are stored.
 */
export class EventStream {
  /** Called when the connection was lost (not when it was ended here). */
  onlost: (() => void) | undefined;
  /** Called when a connection begins to carry the stream. */
  onattached: (() => void) | undefined;
  private sse: SseStream | undefined;
  private resumable = false;
  private tail: Promise<unknown> = DONE;

  constructor(
    readonly id: string,
    private readonly unsent: UnsentBudget,
    private readonly log?: EventLog,
  ) {}

  /** Whether a connection carries it. */
  get isAttached(): boolean {
    return this.sse !== undefined;
  }

  /** Whether the client has an event id from which it can resume. */
  get isResumable(): boolean {
    return this.resumable;
  }

  /** Makes a connection carry the stream, in place of the earlier one; `prime` sends an event id at once. */
  attach(sse: SseStream, prime: boolean): void {
    this.take(sse);
    if (prime) {
      void this.enqueue(async () => {
        const id = await this.keep({}, '{}');
        if (id !== undefined && this.sse?.prime(id, RETRY) === true) this.resumable = true;
      });
    }
  }

  /** Sends the events after that one, then makes the connection carry the stream. */
  resume(sse: SseStream, lastEventId: string): Promise<void> {
    // Queued, so that no live message overtakes a replayed one or is sent twice.
    return this.enqueue(async () => {
      await replay(this.log?.store, lastEventId, this.id, sse);
      this.resumable = true;
      this.take(sse);
    });
  }

  /** Sends a message, or stores it until the client resumes the stream. Resolves when the client is ready for more. */
  send(message: Message): Promise<void> {
    if (this.log === undefined) {
      const sse = this.sse;
      // Messages to a closed connection are not serialised.
      if (sse?.isOpen !== true) return DONE;
      sse.event('message', toFittingJson(message, this.unsent));
      return sse.ready() ?? DONE;
    }
    const sent = this.enqueue(async () => {
      const json = toFittingJson(message, this.unsent);
      const id = await this.keep(message, json);
      const isSent = this.sse?.event('message', json, id);
      if (isSent === true && id !== undefined) this.resumable = true;
    });
    // Outside the queue: a slow client holds up the code that waits for this message, not the messages behind it.
    return sent.then(() => this.sse?.ready());
  }

  /** Ends the connection after everything so far is sent; the stream itself may go on. */
  detach(): Promise<void> {
    if (this.log !== undefined) return this.enqueue(async () => this.cut());
    this.cut();
    return DONE;
  }

  /** Ends the connection at once. */
  cut(): void {
    const sse = this.sse;
    this.sse = undefined;
    sse?.end();
  }

  private take(sse: SseStream): void {
    this.cut();
    if (!sse.isOpen) {
      queueMicrotask(() => this.onlost?.());
      return;
    }
    this.sse = sse;
    this.onattached?.();
    sse.whenClosed(() => {
      if (this.sse !== sse) return;
      this.sse = undefined;
      this.onlost?.();
    });
  }

  private async keep(message: object, json: string): Promise<string | undefined> {
    try {
      return await this.log?.store.storeEvent(this.id, message, json);
    } catch (error) {
      // A connected client still gets the message; it only cannot resume from it.
      this.log?.onerror(error);
      return undefined;
    }
  }

  private enqueue(task: () => Promise<void>): Promise<void> {
    const done = this.tail.then(task);
    this.tail = done.catch(() => undefined);
    return done;
  }
}

/** Sends the rest of a stream from the store. Throws if the event belongs to another stream. */
export async function replay(
  store: EventStore | undefined,
  lastEventId: string,
  streamId: string,
  sse: SseStream,
): Promise<void> {
  const events: [id: string, message: object][] = [];
  const found = await store?.replayEventsAfter(lastEventId, {
    send: async (id, message) => void events.push([id, message]),
  });
  // Nothing is written before the owner of these events is verified.
  if (found !== streamId) throw new Error('The event store answered for another stream.');
  for (const [id, message] of events) {
    if ('jsonrpc' in message) sse.event('message', toJson(message as Message), id);
  }
}
