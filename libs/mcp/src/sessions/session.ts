import type { McpAuth } from './mcp-auth.js';
import type { Outlet, SessionCalls } from './session-attachments.js';
import { applyChange, type SessionChange, type SessionRecord } from './session-record.js';

/** What a session tells the manager that keeps it. */
export interface SessionKeeper {
  busy(session: Session): void;
  idle(session: Session): void;
  initialized(session: Session): void;
  /** `isLeft`: the session goes on in other processes. */
  closed(session: Session, isLeft: boolean): void;
  /** Has the other processes know of the change; `undefined`: no other process knows the session. */
  changed(session: Session, change: SessionChange): Promise<void> | undefined;
}

/** Who carries the stream of a session that belongs to no call: the caller, and the request that opened the stream. */
export interface SessionListener {
  readonly auth: McpAuth | undefined;
  readonly request: object;
}

/**
 * The session of one legacy client, from `initialize` to its end, in this process: its record, and what is attached to it here.
 * It belongs to the caller who opened it.
 */
export class Session {
  /** Requests of the client that have no answer yet. */
  readonly calls: SessionCalls = new Map();
  /** Set by the transport that carries the session. */
  outlet: Outlet = discard;
  /** Set by the transport; `undefined`: no stream was opened yet, or the session is in this process. */
  listener: SessionListener | undefined;
  /** Milliseconds on the clock of `performance.now()`; when the last hold was given up. */
  lastUsed = performance.now();
  readonly openedAt = this.lastUsed;
  private holds = 0;
  private isClosed = false;
  private isLeft = false;
  private readonly onClosed: (() => void)[] = [];
  private readonly keeper: SessionKeeper;

  constructor(
    private data: SessionRecord,
    /** In this process (stdio, in memory): under no limit and no timeout. */
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

  /** It is over here only, and goes on in other processes. */
  get left(): boolean {
    return this.isLeft;
  }

  /** Nothing holds it: no open stream and no call in flight. */
  get unused(): boolean {
    return this.holds === 0;
  }

  get initialized(): boolean {
    return this.record.initialized;
  }

  /** The client has gone on after `initialize`. */
  markInitialized(): void {
    if (this.record.initialized) return;
    this.record.initialized = true;
    this.keeper.initialized(this);
    // A process that could not be reached learns of it with the client's next message.
    this.keeper.changed(this, { initialized: true })?.catch(() => undefined);
  }

  /** Another process has changed the record. */
  replace(record: SessionRecord): void {
    this.data = record;
    if (record.initialized) this.keeper.initialized(this);
  }

  /** Changes the record, in every process that knows the session. Throws `BackplaneError`: nothing is changed then. */
  change(change: SessionChange): Promise<void> | undefined {
    const shared = this.keeper.changed(this, change);
    if (!shared) applyChange(this.record, change);
    return shared?.then(() => applyChange(this.record, change));
  }

  /** An open stream or a call in flight keeps the session from idling; call the result to let go (once counts). */
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

  /** Calls back once, when the session ends: first its transport, which ends its streams, then the engine. */
  whenClosed(listener: () => void): void {
    this.onClosed.push(listener);
  }

  /** Ends the session, its streams and its calls, in every process. Idempotent. */
  close(): void {
    this.end(false);
  }

  /** Ends what this process has of the session, which goes on in other processes. Idempotent. */
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
