import { randomUUID } from 'node:crypto';
import type { McpAuth } from './mcp-auth.js';
import type { SessionChange } from './session-record.js';
import { SessionLimitError } from './session-limit.error.js';
import { Session, type SessionKeeper } from './session.js';
import type { SessionSharer } from './session-sharer.js';

export { Session } from './session.js';

/** Limits on the number and the lifetime of sessions. Durations in milliseconds. */
export interface SessionManagerOptions {
  max: number;
  /** The limit of each subject; all anonymous callers share one. */
  maxPerOwner: number;
  /** Time without an open stream and without a call after which a session ends. */
  idleTimeout: number;
  /** Time from opening to the first message after `initialize`; default 30,000. */
  initTimeout?: number;
}

const RETRY_AFTER = 5;
const MAX_SWEEP_INTERVAL = 5_000;

/** Keeps all sessions of one server, ends abandoned ones, and refuses new ones beyond the limits. */
export class SessionManager implements SessionKeeper {
  private readonly options: Required<SessionManagerOptions>;
  private readonly sessions = new Map<string, Session>();
  /** Least recently used first. */
  private readonly idleAnonymous = new Set<Session>();
  private readonly idleNamed = new Set<Session>();
  private readonly uninitialized = new Set<Session>();
  private readonly perOwner = new Map<string | undefined, number>();
  private sweeper: NodeJS.Timeout | undefined;
  private draining = false;

  /** `sharer` shares the sessions with the other processes of the server. */
  constructor(
    options: SessionManagerOptions,
    readonly sharer?: SessionSharer,
  ) {
    this.options = { initTimeout: 30_000, ...options };
    sharer?.share(this);
  }

  /** The number of open sessions, used or not. */
  get count(): number {
    return this.sessions.size;
  }

  /** The number of open sessions in all processes of the server. Throws `BackplaneError`. */
  async countAll(): Promise<number> {
    return this.sharer?.count() ?? this.count;
  }

  /**
   * Opens a session for this caller. `local` ones (stdio, in memory) have no limit and no timeout. Throws
   * `SessionLimitError` if a limit is reached, or after `drain()`.
   */
  open(auth: McpAuth | undefined, options: { local?: boolean } = {}): Session {
    const local = options.local ?? false;
    if (!local) this.makeRoom(auth?.subject);
    const record = { id: randomUUID(), owner: auth?.subject, initialized: false };
    return this.keep(new Session(record, local, this));
  }

  /** @internal */
  keep(session: Session): Session {
    this.sessions.set(session.id, session);
    if (session.local) return session;
    this.perOwner.set(session.owner, (this.perOwner.get(session.owner) ?? 0) + 1);
    if (!session.initialized) this.uninitialized.add(session);
    this.idle(session);
    this.sweeper ??= this.startSweeper();
    return session;
  }

  /** @internal The session with that id, of any owner. */
  get(id: string): Session | undefined {
    return this.sessions.get(id);
  }

  /** @internal */
  all(): Iterable<Session> {
    return this.sessions.values();
  }

  /** @internal Whether new sessions are refused. */
  get isDraining(): boolean {
    return this.draining;
  }

  /** @internal */
  unusedAnonymous(): Iterable<Session> {
    return this.idleAnonymous;
  }

  /**
   * The session with that id, if it belongs to this caller. The session of another caller is treated like an unknown
   * one.
   */
  find(id: string, auth: McpAuth | undefined): Session | undefined {
    const session = this.sessions.get(id);
    return session !== undefined && session.owner === auth?.subject ? session : undefined;
  }

  /** Makes `open` refuse new sessions. */
  drain(): void {
    this.draining = true;
  }

  /** Ends every session. Shared ones go on in other processes. */
  closeAll(): void {
    for (const session of this.sessions.values()) session.leave();
    this.sharer?.stop();
  }

  /** @internal */
  busy(session: Session): void {
    this.idleOf(session).delete(session);
  }

  /** @internal */
  idle(session: Session): void {
    if (!session.local) this.idleOf(session).add(session);
  }

  /** @internal */
  initialized(session: Session): void {
    this.uninitialized.delete(session);
  }

  /** @internal */
  changed(session: Session, change: SessionChange): Promise<void> | undefined {
    return this.sharer?.changed(session, change);
  }

  /** @internal */
  closed(session: Session, isLeft: boolean): void {
    this.sharer?.closed(session, isLeft);
    this.sessions.delete(session.id);
    this.idleOf(session).delete(session);
    this.uninitialized.delete(session);
    if (!session.local) {
      const left = (this.perOwner.get(session.owner) ?? 1) - 1;
      if (left > 0) this.perOwner.set(session.owner, left);
      else this.perOwner.delete(session.owner);
    }
    if (this.sessions.size === 0) {
      clearInterval(this.sweeper);
      this.sweeper = undefined;
    }
  }

  private idleOf(session: Session): Set<Session> {
    return session.owner === undefined ? this.idleAnonymous : this.idleNamed;
  }

  private makeRoom(owner: string | undefined): void {
    if (this.draining) throw new SessionLimitError('The server is shutting down.', RETRY_AFTER);
    // With a sharer, the limits of all processes together are checked when the record is created.
    if (this.sharer) return;
    const { max, maxPerOwner } = this.options;
    const ownerIsFull = (this.perOwner.get(owner) ?? 0) >= maxPerOwner;
    if (!ownerIsFull && this.sessions.size < max) return;
    const [oldest] = this.idleAnonymous;
    // Ending another owner's session would not help against this owner's limit.
    if (oldest === undefined || (ownerIsFull && owner !== undefined)) {
      throw new SessionLimitError('Too many open sessions.', RETRY_AFTER);
    }
    oldest.close();
  }

  // One timer for all: with 20,000 sessions, a timer each would cost more than their bookkeeping.
  private startSweeper(): NodeJS.Timeout {
    const shortest = Math.min(this.options.idleTimeout, this.options.initTimeout);
    const interval = Math.max(10, Math.min(shortest / 4, MAX_SWEEP_INTERVAL));
    return setInterval(() => this.sweep(), interval).unref();
  }

  private sweep(): void {
    const now = performance.now();
    for (const session of this.uninitialized) {
      if (session.openedAt + this.options.initTimeout > now) break;
      this.abandon(session);
    }
    for (const idle of [this.idleAnonymous, this.idleNamed]) {
      for (const session of idle) {
        if (session.lastUsed + this.options.idleTimeout > now) break;
        this.abandon(session);
      }
    }
    this.sharer?.touch(now);
  }

  /**
   * Ends a session in this process. The record of a shared session expires by itself, unless another process uses it.
   */
  private abandon(session: Session): void {
    if (session.record.transport === undefined) session.close();
    else session.leave();
  }
}
