import { readJson } from '../backplane/shared-json.js';
import type { ProcessLink } from '../backplane/process-link.js';
import type { McpBackplaneRecordOptions } from '../backplane/mcp-backplane.js';
import type { McpLogLevel } from '../protocol/log-level.js';
import { lowerScheme } from '../protocol/uri-scheme.js';
import { SessionLimitError } from './session-limit.error.js';
import type { SessionChange, SessionRecord } from './session-record.js';

type Fields = Record<string, string>;

/** The limits on the sessions of all processes together; durations in ms. */
export interface SharedSessionLimits {
  readonly max: number;
  readonly maxPerOwner: number;
  readonly idleTimeout: number;
}

const RETRY_AFTER = 5;
/** Time in ms that the record of a session with its stream in one process is kept without a touch by that process. */
const HOME_TTL = 10_000;
/** Interval in ms between two such touches. */
const HOME_TOUCH = 3_000;
/** Time in ms that the record of a session is kept before the client's first message after `initialize`. */
const HANDSHAKE_TTL = 60_000;
const ALL = 'sessions';
/**
 * Prefix of the record's fields that stand for subscriptions; the value is the URI as the client sent it, if that is
 * another text.
 */
const URI = 'uri:';
const LISTENER = 'listener';
const ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** The session records that all processes of the server share. */
export class SharedSessions {
  constructor(
    readonly link: ProcessLink,
    private readonly limits: SharedSessionLimits,
  ) {}

  /**
   * Creates the record. Throws `SessionLimitError` if all processes together have reached a limit, or `BackplaneError`.
   */
  async create(record: SessionRecord): Promise<void> {
    const fields = toFields(record);
    const isCreated = await this.link.run((link) =>
      link.create(keyOf(record.id), fields, this.optionsOf(record)),
    );
    if (!isCreated) throw new SessionLimitError('Too many open sessions.', RETRY_AFTER);
  }

  /** The record of a session; `undefined` if there is none. Throws `BackplaneError`. */
  async read(id: string): Promise<SessionRecord | undefined> {
    if (!ID.test(id)) return undefined;
    const fields = await this.link.run((link) => link.read(keyOf(id)));
    return fields && toRecord(id, fields);
  }

  /** Writes a change, and notifies the other processes of it. Throws `BackplaneError`. */
  async change(record: SessionRecord, change: SessionChange): Promise<void> {
    const { id } = record;
    const { subscribe, unsubscribe, ...rest } = change;
    const set = toFields(rest);
    if (subscribe !== undefined) {
      const key = lowerScheme(subscribe);
      set[URI + key] = key === subscribe ? '' : subscribe;
    }
    const remove = unsubscribe === undefined ? [] : [URI + lowerScheme(unsubscribe)];
    await this.link.run((link) => link.change(keyOf(id), set, remove));
    if (change.initialized && record.home === undefined) await this.touch(record);
    await this.link.publish('session.changed', { id });
  }

  /**
   * Claims the session's stream that belongs to no call for this process. Resolves with the process that carries it,
   * which is another one if that already does and is alive. Throws `BackplaneError`.
   */
  async listen(id: string): Promise<string | undefined> {
    const { process } = this.link;
    return this.link.run(async (link) => {
      const holder = await link.claim(keyOf(id), LISTENER, process);
      if (holder === undefined || holder === process || (await link.isAlive(holder))) return holder;
      return link.claim(keyOf(id), LISTENER, process, holder);
    });
  }

  /** The process that carries the stream of no call; `undefined` if there is none. Throws `BackplaneError`. */
  async listenerOf(id: string): Promise<string | undefined> {
    return (await this.link.run((link) => link.read(keyOf(id))))?.[LISTENER];
  }

  /** Claims that stream even if another process carries it. Throws `BackplaneError`. */
  async takeListening(id: string): Promise<void> {
    const { process } = this.link;
    await this.link.run((link) => link.change(keyOf(id), { [LISTENER]: process }));
  }

  /** Releases that stream. */
  stopListening(id: string): void {
    this.link.attempt((link) => link.change(keyOf(id), {}, [LISTENER]));
  }

  /**
   * Renews the record while the session is used. Resolves with `false` if there is no record any more. Throws
   * `BackplaneError`.
   */
  touch(record: SessionRecord): Promise<boolean> {
    return this.link.run((link) => link.touch(keyOf(record.id), this.optionsOf(record)));
  }

  /** Interval in ms between two touches of a session in use. */
  touchInterval({ home }: SessionRecord): number {
    return home === undefined ? Math.min(this.limits.idleTimeout / 4, 60_000) : HOME_TOUCH;
  }

  /** Deletes the record and ends the session in the other processes. Throws `BackplaneError`. */
  async delete(record: SessionRecord): Promise<void> {
    const { id } = record;
    const names = this.countersOf(record).map(({ name }) => name);
    await this.link.run((link) => link.delete(keyOf(id), names));
    await this.link.publish('session.ended', { id });
  }

  /** Whether this owner has not reached its own limit. Throws `BackplaneError`. */
  async hasRoomFor(owner: string): Promise<boolean> {
    const count = await this.link.run((link) => link.count(ownerCounter(owner)));
    return count < this.limits.maxPerOwner;
  }

  /** The number of sessions in all processes. Throws `BackplaneError`. */
  count(): Promise<number> {
    return this.link.run((link) => link.count(ALL));
  }

  private optionsOf(record: SessionRecord): McpBackplaneRecordOptions {
    const idle = keptFor(this.limits.idleTimeout);
    const ttl = record.initialized ? idle : Math.min(idle, HANDSHAKE_TTL);
    return {
      ttl: record.home === undefined ? ttl : HOME_TTL,
      counters: this.countersOf(record),
    };
  }

  private countersOf({ owner }: SessionRecord) {
    const { max, maxPerOwner } = this.limits;
    return [
      { name: ALL, max },
      { name: ownerCounter(owner), max: maxPerOwner },
    ];
  }
}

/**
 * Time in ms that a session's shared data is kept after its last use, long enough for a touch of a session that is used
 * just before it would become idle.
 */
export function keptFor(idleTimeout: number): number {
  return Math.ceil(idleTimeout * 1.25) + 5_000;
}

function ownerCounter(owner: string | undefined): string {
  return `sessions:${owner === undefined ? 'anonymous' : `owner:${owner}`}`;
}

function keyOf(id: string): string {
  return `session:${id}`;
}

function toFields({
  owner,
  transport,
  home,
  initialize,
  protocolVersion,
  initialized,
  logLevel,
}: Partial<SessionRecord>): Fields {
  const all = {
    owner,
    transport,
    home,
    initialize: initialize && JSON.stringify(initialize),
    protocolVersion,
    initialized: initialized ? 'true' : undefined,
    logLevel,
  };
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** Reads a record; `undefined` if this version of the server has not written it. */
function toRecord(id: string, fields: Readonly<Fields>): SessionRecord | undefined {
  const { owner, transport, home, initialize, protocolVersion, initialized, logLevel } = fields;
  const handshake = initialize === undefined ? undefined : toHandshake(initialize);
  if (initialize !== undefined && !handshake) return undefined;
  const subscriptions = new Map(
    Object.entries(fields)
      .filter(([name]) => name.startsWith(URI))
      .map(([name, sent]) => [name.slice(URI.length), sent || name.slice(URI.length)]),
  );
  return {
    id,
    owner,
    ...(transport !== undefined && { transport }),
    ...(home !== undefined && { home }),
    ...(handshake && { initialize: handshake }),
    ...(protocolVersion !== undefined && { protocolVersion }),
    initialized: initialized === 'true',
    ...(logLevel !== undefined && { logLevel: logLevel as McpLogLevel }),
    ...(subscriptions.size > 0 && { subscriptions }),
  };
}

function toHandshake(text: string): Readonly<Record<string, unknown>> | undefined {
  const value = readJson(text);
  return typeof value === 'object' && value !== null ? { ...value } : undefined;
}
