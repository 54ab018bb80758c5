import type { McpAuth } from './mcp-auth.js';
import { SessionLimitError } from './session-limit.error.js';
import { Session, type SessionKeeper } from './session.js';

export { Session } from './session.js';

/** How many sessions there may be, and for how long. Durations in milliseconds. */
export interface SessionManagerOptions {
  max: number;
  /** Per subject; anonymous callers count as one. */
  maxPerOwner: number;
  /** Without an open stream and without a call. */
  idleTimeout: number;
  /** From opening to the first message after `initialize`; default 30,000. */
  initTimeout?: number;
}

const RETRY_AFTER = 5;
const MAX_SWEEP_INTERVAL = 5_000;

/** Holds every session of one server, ends the abandoned ones, and refuses those that are too many. */
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

  constructor(options: SessionManagerOptions) {
    this.options = { initTimeout: 30_000, ...options };
  }

  /** Open sessions, used or not. */
  get count(): number {
    return this.sessions.size;
  }

  /**
   * A new session of this caller. `local` ones (stdio, in memory) are under no limit and no timeout.
   * Throws `SessionLimitError` when there is no room, or after `drain()`.
   */
  open(auth: McpAuth | undefined, options: { local?: boolean } = {}): Session {
    const local = options.local ?? false;
    if (!local) this.makeRoom(auth?.subject);
    const session = new Session(auth, local, this);
    this.sessions.set(session.id, session);
    if (!local) {
      this.perOwner.set(session.owner, (this.perOwner.get(session.owner) ?? 0) + 1);
      this.uninitialized.add(session);
      this.idle(session);
      this.sweeper ??= this.startSweeper();
    }
    return session;
  }

  /** The session of that id, if it is this caller's own; another's is as unknown as one that never was. */
  find(id: string, auth: McpAuth | undefined): Session | undefined {
    const session = this.sessions.get(id);
    return session !== undefined && session.owner === auth?.subject ? session : undefined;
  }

  /** From here on `open` refuses. */
  drain(): void {
    this.draining = true;
  }

  /** Ends every session. */
  closeAll(): void {
    for (const session of this.sessions.values()) session.close();
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
  closed(session: Session): void {
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
    const { max, maxPerOwner } = this.options;
    const ownerIsFull = (this.perOwner.get(owner) ?? 0) >= maxPerOwner;
    if (!ownerIsFull && this.sessions.size < max) return;
    const [oldest] = this.idleAnonymous;
    // Another owner's session would make no room under this one's own limit.
    if (oldest === undefined || (ownerIsFull && owner !== undefined)) {
      throw new SessionLimitError('Too many open sessions.', RETRY_AFTER);
    }
    oldest.close();
  }

  // One timer for all: at 20,000 sessions a timer each would cost more than the sessions' own bookkeeping.
  private startSweeper(): NodeJS.Timeout {
    const shortest = Math.min(this.options.idleTimeout, this.options.initTimeout);
    const interval = Math.max(10, Math.min(shortest / 4, MAX_SWEEP_INTERVAL));
    return setInterval(() => this.sweep(), interval).unref();
  }

  private sweep(): void {
    const now = performance.now();
    for (const session of this.uninitialized) {
      if (session.openedAt + this.options.initTimeout > now) break;
      session.close();
    }
    for (const idle of [this.idleAnonymous, this.idleNamed]) {
      for (const session of idle) {
        if (session.lastUsed + this.options.idleTimeout > now) break;
        session.close();
      }
    }
  }
}
