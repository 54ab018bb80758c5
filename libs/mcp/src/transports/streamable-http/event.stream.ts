import type { EventStore } from '../../sessions/event.store.js';
import type { SseStream } from '../http/sse-stream.js';
import type { Message } from '../../protocol/json-rpc.js';
import { toJson } from '../../protocol/kept.json.js';

const RETRY = 1_000;
const DONE = Promise.resolve();

/** Where a stream keeps its events, and whom it tells that the keeping failed. */
export interface EventLog {
  readonly store: EventStore;
  readonly onerror: (error: unknown) => void;
}

/**
 * One stream of messages to a client, which may be carried by several connections one after another.
 * Without a log it lives and dies with its connection, and nothing is kept.
 */
export class EventStream {
  /** The connection was lost (not: ended here). */
  onlost: (() => void) | undefined;
  #sse: SseStream | undefined;
  #resumable = false;
  #tail: Promise<unknown> = DONE;

  constructor(
    readonly id: string,
    private readonly log?: EventLog,
  ) {}

  /** A connection carries it. */
  get isAttached(): boolean {
    return this.#sse !== undefined;
  }

  /** The client holds an event id that it can come back with. */
  get isResumable(): boolean {
    return this.#resumable;
  }

  /** Lets a connection carry the stream, in place of the one before; `prime`: gives it a position at once. */
  attach(sse: SseStream, prime: boolean): void {
    this.#take(sse);
    if (prime) {
      void this.#enqueue(async () => {
        const id = await this.#keep({});
        if (id !== undefined && this.#sse?.prime(id, RETRY) === true) this.#resumable = true;
      });
    }
  }

  /** Sends what came after that event, then lets the connection carry the stream. */
  resume(sse: SseStream, lastEventId: string): Promise<void> {
    // In the queue, so that no live message overtakes a replayed one or is sent twice.
    return this.#enqueue(async () => {
      await replay(this.log?.store, lastEventId, this.id, sse);
      this.#resumable = true;
      this.#take(sse);
    });
  }

  /** Sends a message, or keeps it for the client that comes back. */
  send(message: Message): Promise<void> {
    if (this.log === undefined) {
      this.#sse?.event('message', toJson(message));
      return DONE;
    }
    return this.#enqueue(async () => {
      const id = await this.#keep(message);
      const sent = this.#sse?.event('message', toJson(message), id);
      if (sent === true && id !== undefined) this.#resumable = true;
    });
  }

  /** Ends the connection once everything so far is out; the stream itself may go on. */
  detach(): Promise<void> {
    if (this.log !== undefined) return this.#enqueue(async () => this.cut());
    this.cut();
    return DONE;
  }

  /** Ends the connection at once. */
  cut(): void {
    const sse = this.#sse;
    this.#sse = undefined;
    sse?.end();
  }

  #take(sse: SseStream): void {
    this.cut();
    if (!sse.isOpen) {
      queueMicrotask(() => this.onlost?.());
      return;
    }
    this.#sse = sse;
    sse.whenClosed(() => {
      if (this.#sse !== sse) return;
      this.#sse = undefined;
      this.onlost?.();
    });
  }

  async #keep(message: object): Promise<string | undefined> {
    try {
      return await this.log?.store.storeEvent(this.id, message);
    } catch (error) {
      // A live client still gets the message; it only cannot come back for it.
      this.log?.onerror(error);
      return undefined;
    }
  }

  #enqueue(task: () => Promise<void>): Promise<void> {
    const done = this.#tail.then(task);
    this.#tail = done.catch(() => undefined);
    return done;
  }
}

/** Sends the rest of a stream from the store. Throws when the event belongs to another stream. */
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
  // Nothing is written before it is certain whose events these are.
  if (found !== streamId) throw new Error('The event store answered for another stream.');
  for (const [id, message] of events) {
    if ('jsonrpc' in message) sse.event('message', toJson(message as Message), id);
  }
}
