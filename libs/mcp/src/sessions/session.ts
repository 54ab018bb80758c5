import type { McpAuth } from './mcp-auth.js';
import type { Outlet, SessionCalls } from './session-attachments.js';
import { applyChange, type SessionChange, type SessionRecord } from './session-record.js';

/** Receives the state changes of a session; implemented by its manager. */
export interface SessionKeeper {
  busy(session: Session): void;
  idle(session: Session): void;
  initialized(session: Session): void;
  /** `isLeft`: the session goes on in other processes. */
  closed(session: Session, isLeft: boolean): void;
  /** Shares the change with the other processes; `undefined` if the session is not shared. */
  changed(session: Session, change: SessionChange): Promise<void> | undefined;
}

/** The caller of a session's stream that belongs to no call, and the request that opened the stream. */
export interface SessionListener {
  readonly auth: McpAuth | undefined;
  readonly request: object;
}

/**
 * The session of one legacy client in this process, from `initialize` to its end: its record, and what is attached to
 * it here. It belongs to the caller that opened it.
 */
export class Session {
  /** Requests of the client without an answer yet. */
  readonly calls: SessionCalls = new Map();
  /** Set by the transport that carries the session. */
  outlet: Outlet = discard;
  /** Set by the transport; `undefined` if no stream was opened yet, or the session is local. */
  listener: SessionListener | undefined;
  /** When the last hold was released, in ms on the clock of `performance.now()`. */
  lastUsed = performance.now();
  readonly openedAt = this.lastUsed;
  private holds = 0;
  private isClosed = false;
  private isLeft = false;
  private readonly onClosed: (() => void)[] = [];
  private readonly keeper: SessionKeeper;

  constructor(
    private data: SessionRecord,
    /** The client is in this process or at its standard streams: no limit and no timeout apply. */
    readonly local: boolean,
    keeper: SessionKeeper,
  ) {
    this.keeper = keeper;
  }

  get record(): SessionRecord {
    return this.data;
  }

  get id(): string {
    return this.record.id;
  }

  get owner(): string | undefined {
    return this.record.owner;
  }

  get protocolVersion(): string | undefined {
    return this.record.protocolVersion;
  }

  get closed(): boolean {
    return this.isClosed;
  }

  /** Whether it has ended in this process only, and goes on in others. */
  get left(): boolean {
    return this.isLeft;
  }

  /** Whether it has no open stream and no call in flight. */
  get unused(): boolean {
    return this.holds === 0;
  }

  get initialized(): boolean {
    return this.record.initialized;
  }

  /** Records that the client has sent a message after `initialize`. */
  markInitialized(): void {
    if (this.record.initialized) return;
    this.record.initialized = true;
    this.keeper.initialized(this);
    // A process that could not be reached learns it from the client's next message.
    this.keeper.changed(this, { initialized: true })?.catch(() => undefined);
  }

  /** Replaces the record after a change in another process. */
  replace(record: SessionRecord): void {
    this.data = record;
    if (record.initialized) this.keeper.initialized(this);
  }

  /**
   * Changes the record, in every process that shares the session. Throws `BackplaneError`; the record is then
   * unchanged.
   */
  change(change: SessionChange): Promise<void> | undefined {
    const shared = this.keeper.changed(this, change);
    if (!shared) applyChange(this.record, change);
    return shared?.then(() => applyChange(this.record, change));
  }

  /**
   * Keeps the session from idling while a stream or a call is open; the returned function releases it (further calls
   * have no effect).
   */
  hold(): () => void {
    if (this.holds++ === 0) this.keeper.busy(this);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.lastUsed = performance.now();
      if (--this.holds === 0 && !this.isClosed) this.keeper.idle(this);
    };
  }

  /**
   * Registers a listener that runs once when the session ends: first that of the transport, which ends its streams,
   * then that of the engine.
   */
  whenClosed(listener: () => void): void {
    this.onClosed.push(listener);
  }

  /** Ends the session, its streams and its calls, in every process. Idempotent. */
  close(): void {
    this.end(false);
  }

  /** Ends the session in this process only; it goes on in others. Idempotent. */
  leave(): void {
    this.end(true);
  }

  private end(isLeft: boolean): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.isLeft = isLeft;
    this.keeper.closed(this, isLeft);
    for (const listener of this.onClosed) listener();
    for (const call of this.calls.values()) call.cancel('Connection closed');
  }
}

function discard(): Promise<void> {
  return Promise.resolve();
}
