import type { ProcessLink } from '../backplane/process-link.js';
import type { McpAuth } from './mcp-auth.js';
import type { SessionChange } from './session-record.js';
import { SessionRoom } from './session-room.js';
import { SessionLimitError } from './session-limit.error.js';
import { Session, type SessionKeeper } from './session.js';
import type { SharedSessions } from './shared-sessions.js';

/** The sessions of this process. */
interface LocalSessions extends SessionKeeper {
  readonly isDraining: boolean;
  get(id: string): Session | undefined;
  all(): Iterable<Session>;
  keep(session: Session): Session;
  /** The anonymous sessions that are unused in this process, oldest first. */
  unusedAnonymous(): Iterable<Session>;
}

/**
 * Shares sessions between the processes of a server: publishes those that begin here, and adopts those that began
 * elsewhere.
 */
export class SessionSharer {
  private local: LocalSessions;
  private readonly room: SessionRoom;
  /** When the record of each session was created or touched, on the clock of `performance.now()`. */
  private readonly touched = new Map<Session, number>();
  private onAdopted: (session: Session) => void = () => undefined;
  private readonly adopting = new Map<string, Promise<Session | undefined>>();

  constructor(readonly store: SharedSessions) {
    this.room = new SessionRoom(store, () =>
      // One that is just being opened has no record yet.
      [...this.local.unusedAnonymous()].filter((session) => this.touched.has(session)),
    );
    const { link } = store;
    link.on('session.changed', ({ id }) => this.refresh(id));
    link.on('session.ended', ({ id }) => this.find(id)?.leave());
    link.whenLeft((process) => this.endThoseOf(process));
    link.whenMissed(() => this.readAgain());
    link.whenEmptied(() => void this.endUnknown());
  }

  get link(): ProcessLink {
    return this.store.link;
  }

  /** Registers a listener for adopted sessions. */
  whenAdopted(listener: (session: Session) => void): void {
    this.onAdopted = listener;
  }

  /** Sets the sessions of this process. */
  share(local: LocalSessions): void {
    this.local = local;
  }

  /**
   * Creates the record of a session that has begun here. Throws `SessionLimitError` if all processes together have
   * reached their limit, or `BackplaneError`; the session is then closed.
   */
  async publish(session: Session, transport: string, home?: string): Promise<void> {
    Object.assign(session.record, { transport, ...(home !== undefined && { home }) });
    try {
      await this.create(session);
    } catch (error) {
      session.close();
      throw error;
    }
    this.touched.set(session, performance.now());
    if (session.closed) this.remove(session);
  }

  /** Adopts a session of another process, if it belongs to this caller and this transport. Throws `BackplaneError`. */
  async adopt(
    id: string,
    auth: McpAuth | undefined,
    transport: string,
  ): Promise<Session | undefined> {
    const key = JSON.stringify([id, auth?.subject]);
    let adopting = this.adopting.get(key);
    if (!adopting) {
      adopting = this.takeUp(id, auth, transport).finally(() => this.adopting.delete(key));
      this.adopting.set(key, adopting);
    }
    return adopting;
  }

  /** Writes a change of a shared session to its record; `undefined` if the session is not shared. */
  changed(session: Session, change: SessionChange): Promise<void> | undefined {
    return this.touched.has(session) ? this.store.change(session.record, change) : undefined;
  }

  /** Called when the session has ended in this process. */
  closed(session: Session, isLeft: boolean): void {
    if (!this.touched.has(session)) return;
    if (isLeft && session.record.home !== this.store.link.process) this.touched.delete(session);
    else this.remove(session);
  }

  /** Ends the session everywhere. Resolves when no process adopts it any more. Throws `BackplaneError`. */
  async end(session: Session): Promise<void> {
    await this.store.delete(session.record);
    this.touched.delete(session);
    session.close();
  }

  /** Renews the records of recently used sessions. `now` is on the clock of `performance.now()`. */
  touch(now: number): void {
    for (const [session, at] of this.touched) {
      // The record of a stream is renewed by the process that carries the stream.
      if (this.isElsewhere(session)) continue;
      const isDue = at + this.store.touchInterval(session.record) < now;
      if (isDue && (!session.unused || session.lastUsed > at)) void this.keep(session);
    }
  }

  /** The number of sessions in all processes. Throws `BackplaneError`. */
  count(): Promise<number> {
    return this.store.count();
  }

  /** Stops sharing: the process ends, and its sessions go on elsewhere. */
  stop(): void {
    this.touched.clear();
  }

  private find(id: unknown): Session | undefined {
    return typeof id === 'string' ? this.local.get(id) : undefined;
  }

  private async create({ record }: Session): Promise<void> {
    try {
      await this.store.create(record);
    } catch (error) {
      const isFull = error instanceof SessionLimitError;
      if (!isFull || !(await this.room.make(record.owner))) throw error;
      await this.store.create(record);
    }
  }

  private async takeUp(
    id: string,
    auth: McpAuth | undefined,
    transport: string,
  ): Promise<Session | undefined> {
    if (this.local.isDraining) throw new SessionLimitError('The server is shutting down.', 5);
    const record = await this.store.read(id);
    if (record?.transport !== transport || record.owner !== auth?.subject) return undefined;
    if (record.home === this.link.process || this.local.get(id)) return undefined;
    // The client of a stream may send `initialize` to any process; without a stream a refused handshake leaves no
    // session.
    if (record.initialize === undefined && record.home === undefined) return undefined;
    const session = new Session(record, false, this.local);
    this.touched.set(session, 0);
    this.local.keep(session);
    this.onAdopted(session);
    return session;
  }

  private remove(session: Session): void {
    this.touched.delete(session);
    this.store.delete(session.record).catch(() => undefined);
  }

  /** Reads the record again after another process has changed it. */
  private refresh(id: unknown): void {
    const session = this.find(id);
    if (!session || !this.touched.has(session)) return;
    this.readOne(session).catch(() => undefined);
  }

  private async readOne(session: Session): Promise<void> {
    const record = await this.store.read(session.id);
    const { home } = session.record;
    if (record) session.replace(record);
    // If the backplane was unreachable for longer than the record is kept, the process with the stream creates it
    // again.
    else if (home === undefined || !(await this.link.run((link) => link.isAlive(home)))) {
      session.leave();
    }
  }

  private isElsewhere({ record: { home } }: Session): boolean {
    return home !== undefined && home !== this.link.process;
  }

  /** Ends the sessions whose stream was in a process that is gone. */
  private endThoseOf(process: string): void {
    for (const session of this.local.all()) if (session.record.home === process) session.leave();
  }

  private readAgain(): void {
    for (const session of this.touched.keys()) {
      if (session.record.home === this.link.process) void this.keep(session);
      else this.refresh(session.id);
    }
  }

  /**
   * Called when all shared data is lost. Sessions without a record end, so that a client is not accepted here and
   * refused elsewhere.
   */
  private async endUnknown(): Promise<void> {
    await Promise.all([...this.touched.keys()].map((session) => this.keep(session, true)));
  }

  private async keep(session: Session, wasEmptied = false): Promise<void> {
    this.touched.set(session, performance.now());
    try {
      if (await this.store.touch(session.record)) return;
      // The backplane was unreachable for longer than the record of an open stream is kept.
      const isHome = session.record.home === this.store.link.process;
      if (isHome && !wasEmptied && !session.closed) await this.store.create(session.record);
      else session.leave();
    } catch {
      // The backplane is unreachable. The next touch will find out.
    }
  }
}
