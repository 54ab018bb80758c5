import { randomInt } from 'node:crypto';
import type { ProcessLink } from '../backplane/process-link.js';
import { readJson } from '../backplane/shared-json.js';
import type { MessageId } from '../protocol/json-rpc.js';
import type { EventStore } from './event.store.js';

/** The scopes of the caller that opened a stream, the process, and the requests that the stream answers. */
export interface OpenedStream {
  readonly process: string;
  /** The scopes that a caller needs to resume the stream. */
  readonly scopes: readonly string[];
  /** The requests whose answers it carries; `undefined` if it belongs to no call. */
  readonly ids?: readonly MessageId[] | undefined;
}

/** An entry in the log of a stream. */
export interface StreamEntry {
  readonly position: string;
  readonly stream: string;
  readonly opened?: OpenedStream;
  readonly id?: string;
  readonly message?: object;
  /** The stream has ended. */
  readonly ended?: boolean;
}

const BUDGET = 'events';
const ENTRIES = 1_000;
const BYTES = 4 * 1024 * 1024;

/** The event store of several processes: each can replay what another one has sent. It has one log for each session. */
export class SharedEventStore implements EventStore {
  /** A random start for each process, so that ordinals of two processes on one stream do not collide. */
  private last = randomInt(2 ** 31) * 2 ** 20;

  /** `ttl` in ms: how long a log is kept after its last event. `total`: bytes of the events of all sessions. */
  constructor(
    readonly link: ProcessLink,
    private readonly ttl: number,
    private readonly total: number,
  ) {}

  /** Records that a stream was opened in this process. */
  opened(stream: string, scopes: readonly string[], ids?: readonly MessageId[]): void {
    const { process } = this.link;
    this.append(stream, JSON.stringify({ stream, opened: { process, scopes, ids } }));
  }

  /** Records that everything has been sent on the stream. */
  ended(stream: string): void {
    this.append(stream, JSON.stringify({ stream, ended: true }));
  }

  storeEvent(stream: string, message: object, json = JSON.stringify(message)): string {
    const id = `${stream}/${++this.last}`;
    const names = JSON.stringify({ stream, id });
    this.append(stream, `${names.slice(0, -1)},"message":${json}}`);
    return id;
  }

  /** The entries of one session, after a position. Throws `BackplaneError`. */
  async entries(session: string, after?: string): Promise<StreamEntry[]> {
    const found = await this.link.run((link) => link.entries(logOf(session), after));
    return found.flatMap(({ position, text }) => {
      const entry = toEntry(text);
      return entry ? [{ ...entry, position }] : [];
    });
  }

  async getStreamIdForEventId(eventId: string): Promise<string | undefined> {
    const entries = await this.entries(sessionOf(eventId));
    return entries.find(({ id }) => id === eventId)?.stream;
  }

  async replayEventsAfter(
    lastEventId: string,
    receiver: { send: (eventId: string, message: object) => Promise<void> },
  ): Promise<string> {
    const entries = await this.entries(sessionOf(lastEventId));
    const at = entries.findIndex(({ id }) => id === lastEventId);
    const stream = entries[at]?.stream;
    if (stream === undefined) throw new Error('Unknown event id.');
    for (const { id, message, stream: other } of entries.slice(at + 1)) {
      if (other === stream && id !== undefined && message) await receiver.send(id, message);
    }
    return stream;
  }

  async forgetSession(session: string): Promise<void> {
    await this.link.run((link) => link.delete(logOf(session), [], BUDGET));
  }

  private append(stream: string, text: string): void {
    const budget = { name: BUDGET, bytes: this.total };
    const bounds = { ttl: this.ttl, entries: ENTRIES, bytes: BYTES, budget };
    this.link.attempt((link) => link.append(logOf(sessionOf(stream)), text, bounds));
  }
}

function logOf(session: string): string {
  return `events:${session}`;
}

function sessionOf(id: string): string {
  return id.slice(0, Math.max(id.indexOf('/'), 0));
}

function toEntry(text: string): Omit<StreamEntry, 'position'> | undefined {
  return readJson(text) as StreamEntry | undefined;
}
