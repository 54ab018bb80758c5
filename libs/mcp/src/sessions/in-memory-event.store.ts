import type { EventStore } from './event.store.js';

interface StoredEvent {
  readonly ordinal: number;
  readonly streamId: string;
  /** JSON; a large one as bytes, because a string may take twice its length. */
  readonly json: string | Buffer;
  readonly bytes: number;
}

interface SessionLog {
  events: StoredEvent[];
  size: number;
  lastOrdinal: number;
  /**
   * The streams that are not forgotten, each with an ordinal from which on all of its events are stored. A client that
   * has an earlier event cannot resume.
   */
  readonly wholeAfter: Map<string, number>;
}

/** Bounds of an event store in memory. */
export interface InMemoryEventStoreOptions {
  /** Events of one session; default 1,000. */
  maxEvents?: number;
  /** Bytes of one session; default 4 MiB. */
  maxBytes?: number;
  /** Bytes of all sessions together; default 64 MiB. */
  maxTotal?: number;
}

/** The approximate size in bytes of an event besides its JSON. */
const OVERHEAD = 256;
const LARGE = 4_096;

/**
 * The default event store, in the memory of this process. If a session exceeds its limit, it loses its oldest events
 * first; if all sessions together exceed theirs, the sessions that began to hold events first lose theirs first. An
 * event is unknown once a later one of its stream is lost, so that no replay has a gap.
 */
export class InMemoryEventStore implements EventStore {
  private readonly logs = new Map<string, SessionLog>();
  /** The logs that contain events, in the order in which they got their first one. */
  private readonly holding = new Set<SessionLog>();
  private readonly bounds: Required<InMemoryEventStoreOptions>;
  private heldBytes = 0;

  constructor({
    maxEvents = 1_000,
    maxBytes = 4 * 1024 * 1024,
    maxTotal = 64 * 1024 * 1024,
  }: InMemoryEventStoreOptions = {}) {
    this.bounds = { maxEvents, maxBytes, maxTotal };
  }

  /** Bytes of all events together. */
  get total(): number {
    return this.heldBytes;
  }

  storeEvent(streamId: string, message: object, json = JSON.stringify(message)): string {
    const log = this.logOf(sessionOf(streamId));
    if (!log.wholeAfter.has(streamId)) log.wholeAfter.set(streamId, log.lastOrdinal);
    const ordinal = ++log.lastOrdinal;
    const bytes = Buffer.byteLength(json) + OVERHEAD;
    if (bytes <= Math.min(this.bounds.maxBytes, this.bounds.maxTotal)) {
      const kept = json.length < LARGE ? json : Buffer.from(json);
      log.events.push({ ordinal, streamId, json: kept, bytes });
      log.size += bytes;
      this.heldBytes += bytes;
      this.holding.add(log);
    } else {
      // Without this event, a replay of earlier ones would have a gap.
      this.dropStream(log, streamId);
      log.wholeAfter.set(streamId, ordinal);
    }
    this.trim(log);
    return `${streamId}/${ordinal}`;
  }

  getStreamIdForEventId(eventId: string): string | undefined {
    const at = eventId.lastIndexOf('/');
    const streamId = eventId.slice(0, Math.max(at, 0));
    const log = this.logs.get(sessionOf(streamId));
    const ordinal = toOrdinal(eventId.slice(at + 1));
    const first = log?.wholeAfter.get(streamId);
    if (log === undefined || ordinal === undefined || first === undefined) return undefined;
    return first <= ordinal && ordinal <= log.lastOrdinal ? streamId : undefined;
  }

  async replayEventsAfter(
    lastEventId: string,
    receiver: { send: (eventId: string, message: object) => Promise<void> },
  ): Promise<string> {
    const streamId = this.getStreamIdForEventId(lastEventId);
    if (streamId === undefined) throw new Error('Unknown event id.');
    const last = toOrdinal(lastEventId.slice(streamId.length + 1)) ?? 0;
    const events = this.logs.get(sessionOf(streamId))?.events ?? [];
    for (const event of events.filter(
      (each) => each.streamId === streamId && each.ordinal > last,
    )) {
      const message = JSON.parse(event.json.toString()) as object;
      await receiver.send(`${streamId}/${event.ordinal}`, message);
    }
    return streamId;
  }

  forgetStream(streamId: string): void {
    const log = this.logs.get(sessionOf(streamId));
    if (log === undefined) return;
    this.dropStream(log, streamId);
    log.wholeAfter.delete(streamId);
  }

  forgetSession(sessionId: string): void {
    const log = this.logs.get(sessionId);
    if (log === undefined) return;
    this.drop(log, log.events.length);
    this.logs.delete(sessionId);
  }

  private logOf(sessionId: string): SessionLog {
    let log = this.logs.get(sessionId);
    if (log === undefined) {
      log = { events: [], size: 0, lastOrdinal: 0, wholeAfter: new Map() };
      this.logs.set(sessionId, log);
    }
    return log;
  }

  private trim(log: SessionLog): void {
    const { maxEvents, maxBytes, maxTotal } = this.bounds;
    this.drop(log, log.events.length - maxEvents);
    this.dropBytes(log, log.size - maxBytes);
    for (const oldest of this.holding) {
      if (this.heldBytes <= maxTotal) break;
      this.dropBytes(oldest, this.heldBytes - maxTotal);
    }
  }

  /** Drops the oldest events of a session until that many bytes are freed. */
  private dropBytes(log: SessionLog, surplus: number): void {
    let bytes = 0;
    let count = 0;
    while (bytes < surplus && count < log.events.length) bytes += log.events[count++]?.bytes ?? 0;
    this.drop(log, count);
  }

  private dropStream(log: SessionLog, streamId: string): void {
    const kept = log.events.filter((event) => event.streamId !== streamId);
    const size = kept.reduce((sum, { bytes }) => sum + bytes, 0);
    this.heldBytes -= log.size - size;
    log.size = size;
    log.events = kept;
    if (kept.length === 0) this.holding.delete(log);
  }

  private drop(log: SessionLog, count: number): void {
    if (count <= 0) return;
    for (const { bytes, streamId, ordinal } of log.events.splice(0, count)) {
      log.wholeAfter.set(streamId, ordinal);
      log.size -= bytes;
      this.heldBytes -= bytes;
    }
    if (log.events.length === 0) this.holding.delete(log);
  }
}

function sessionOf(streamId: string): string {
  return streamId.slice(0, Math.max(streamId.indexOf('/'), 0));
}

function toOrdinal(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
