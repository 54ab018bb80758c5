import { isResponse, type Message, type MessageId } from '../../protocol/json-rpc.js';
import { toJson } from '../../protocol/kept-json.js';
import type {
  OpenedStream,
  SharedEventStore,
  StreamEntry,
} from '../../sessions/shared-event.store.js';
import type { SseStream } from '../http/sse-stream.js';
import { processLostAnswer } from '../process-lost.js';

/** Interval in ms at which the events of another process are read. */
const LOOK = 200;

/** A stream of another process that a client resumes here. */
export interface FoundStream {
  readonly id: string;
  readonly opened: OpenedStream;
  /** The entries after the event that the client has. */
  readonly rest: readonly StreamEntry[];
  /** The requests that were answered before it. */
  readonly answered: ReadonlySet<MessageId>;
  /** Whether no more events will follow. */
  readonly isOver: boolean;
  /** The position of the last entry that was read. */
  readonly position: string;
}

/** Finds the stream of an event in the logs of all processes; `undefined` if it is unknown. Throws `BackplaneError`. */
export async function findStream(
  store: SharedEventStore,
  session: string,
  lastEventId: string,
): Promise<FoundStream | undefined> {
  const entries = await store.entries(session);
  const id = entries.find((entry) => entry.id === lastEventId)?.stream;
  const own = entries.filter(({ stream }) => stream === id);
  const opened = own.findLast((entry) => entry.opened)?.opened;
  const position = entries.at(-1)?.position;
  if (id === undefined || !opened || position === undefined) return undefined;
  const at = own.findIndex((entry) => entry.id === lastEventId);
  const answered = new Set(own.slice(0, at + 1).flatMap(answeredBy));
  const isOver = own.some(({ ended }) => ended);
  return { id, opened, rest: own.slice(at + 1), answered, isOver, position };
}

/** Writes the events of a call in another process to a connection here, until the call or that process ends. */
export class FollowedStream {
  private position: string;
  private readonly waiting: Set<MessageId>;

  constructor(
    private readonly store: SharedEventStore,
    private readonly session: string,
    private readonly found: FoundStream,
    private readonly sse: SseStream,
  ) {
    this.position = found.position;
    this.waiting = new Set(found.opened.ids?.filter((id) => !found.answered.has(id)));
  }

  /**
   * Resolves when the stream has ended. `isHere`: the call ran in this process, and has ended. Throws `BackplaneError`.
   */
  async follow(isHere: boolean): Promise<void> {
    const { store, session, sse } = this;
    let isOver = this.write(this.found.rest);
    while (!isOver && sse.isOpen) {
      const isAlive = !isHere && (await this.isAlive());
      // Read after the check of the process, so that events it sent before it ended are not missed.
      const entries = await store.entries(session, this.position);
      this.position = entries.at(-1)?.position ?? this.position;
      isOver = this.write(entries.filter(({ stream }) => stream === this.found.id));
      if (isOver) break;
      if (!isAlive) {
        for (const id of this.waiting) sse.event('message', toJson(processLostAnswer(id)));
        isOver = true;
      } else {
        await new Promise((resolve) => setTimeout(resolve, LOOK).unref());
      }
    }
    sse.end();
  }

  private isAlive(): Promise<boolean> {
    return this.store.link.run((link) => link.isAlive(this.found.opened.process));
  }

  /** Returns whether the last entry of the stream was among them. */
  private write(entries: readonly StreamEntry[]): boolean {
    for (const entry of entries) {
      if (entry.ended) return true;
      const { id, message } = entry;
      for (const answered of answeredBy(entry)) this.waiting.delete(answered);
      if (message && 'jsonrpc' in message) {
        this.sse.event('message', toJson(message as Message), id);
      }
    }
    return false;
  }
}

function answeredBy({ message }: StreamEntry): MessageId[] {
  if (!message || !('jsonrpc' in message) || !isResponse(message as Message)) return [];
  const { id } = message as { id?: MessageId };
  return id === undefined ? [] : [id];
}
