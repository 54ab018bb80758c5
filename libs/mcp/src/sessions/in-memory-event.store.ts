import type { EventStore } from './event.store.js';

interface StoredEvent {
  readonly ordinal: number;
  readonly streamId: string;
  readonly json: string;
  readonly bytes: number;
}

interface SessionLog {
  events: StoredEvent[];
  size: number;
  lastOrdinal: number;
}

/** The default event store: in this process, bounded per session; the oldest events go first. */
export class InMemoryEventStore implements EventStore {
  readonly #logs = new Map<string, SessionLog>();
  readonly #maxEvents: number;
  readonly #maxBytes: number;

  /** Bounds of one session: events, and bytes of their JSON. */
  constructor({ maxEvents = 1_000, maxBytes = 4 * 1024 * 1024 } = {}) {
    this.#maxEvents = maxEvents;
    this.#maxBytes = maxBytes;
  }

  storeEvent(streamId: string, message: object): string {
    const log = this.#logOf(sessionOf(streamId));
    const json = JSON.stringify(message);
    const bytes = Buffer.byteLength(json);
    const event = { ordinal: ++log.lastOrdinal, streamId, json, bytes };
    log.events.push(event);
    log.size += bytes;
    this.#trim(log);
    return `${streamId}/${event.ordinal}`;
  }

  getStreamIdForEventId(eventId: string): string | undefined {
    const at = eventId.lastIndexOf('/');
    const streamId = eventId.slice(0, Math.max(at, 0));
    const log = this.#logs.get(sessionOf(streamId));
    const ordinal = toOrdinal(eventId.slice(at + 1));
    return log !== undefined && ordinal !== undefined && ordinal <= log.lastOrdinal
      ? streamId
      : undefined;
  }

  async replayEventsAfter(
    lastEventId: string,
    receiver: { send: (eventId: string, message: object) => Promise<void> },
  ): Promise<string> {
    const streamId = this.getStreamIdForEventId(lastEventId);
    if (streamId === undefined) throw new Error('Unknown event id.');
    const last = toOrdinal(lastEventId.slice(streamId.length + 1)) ?? 0;
    const events = this.#logs.get(sessionOf(streamId))?.events ?? [];
    for (const event of events.filter(
      (each) => each.streamId === streamId && each.ordinal > last,
    )) {
      await receiver.send(`${streamId}/${event.ordinal}`, JSON.parse(event.json) as object);
    }
    return streamId;
  }

  forgetSession(sessionId: string): void {
    this.#logs.delete(sessionId);
  }

  #logOf(sessionId: string): SessionLog {
    let log = this.#logs.get(sessionId);
    if (log === undefined) {
      log = { events: [], size: 0, lastOrdinal: 0 };
      this.#logs.set(sessionId, log);
    }
    return log;
  }

  #trim(log: SessionLog): void {
    let surplus = 0;
    while (
      log.events.length - surplus > this.#maxEvents ||
      (log.size > this.#maxBytes && surplus < log.events.length)
    ) {
      log.size -= log.events[surplus++]?.bytes ?? 0;
    }
    if (surplus > 0) log.events.splice(0, surplus);
  }
}

function sessionOf(streamId: string): string {
  return streamId.slice(0, Math.max(streamId.indexOf('/'), 0));
}

function toOrdinal(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
