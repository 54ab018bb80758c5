import { randomUUID } from 'node:crypto';
import type { McpAuth } from './mcp-auth.js';

/** What a session tells the manager that keeps it. */
export interface SessionKeeper {
  busy(session: Session): void;
  idle(session: Session): void;
  initialized(session: Session): void;
  closed(session: Session): void;
}

/** A long-lived connection of one client, from `initialize` to its end. Belongs to the caller who opened it. */
export class Session {
  readonly id: string = randomUUID();
  /** Subject of the caller; anonymous callers share the owner `undefined`. */
  readonly owner: string | undefined;
  /** The revision that was negotiated, once the answer to `initialize` has been sent. */
  protocolVersion: string | undefined;
  /** Milliseconds on the clock of `performance.now()`; when the last hold was given up. */
  lastUsed = performance.now();
  readonly openedAt = this.lastUsed;
  #holds = 0;
  #initialized = false;
  #closed = false;
  #onClosed: (() => void) | undefined;
  readonly #keeper: SessionKeeper;

  /** `auth`: who opened it, later who listens to its stream; a call brings its own with its `MessageOrigin`. */
  constructor(
    public auth: McpAuth | undefined,
    /** In this process (stdio, in memory): under no limit and no timeout. */
    readonly local: boolean,
    keeper: SessionKeeper,
  ) {
    this.owner = auth?.subject;
    this.#keeper = keeper;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Nothing holds it: no open stream and no call in flight. */
  get unused(): boolean {
    return this.#holds === 0;
  }

  get initialized(): boolean {
    return this.#initialized;
  }

  /** The client has gone on after `initialize`. */
  markInitialized(): void {
    if (this.#initialized) return;
    this.#initialized = true;
    this.#keeper.initialized(this);
  }

  /** An open stream or a call in flight keeps the session from idling; call the result to let go (once counts). */
  hold(): () => void {
    if (this.#holds++ === 0) this.#keeper.busy(this);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.lastUsed = performance.now();
      if (--this.#holds === 0 && !this.#closed) this.#keeper.idle(this);
    };
  }

  /** For the transport that carries the session: it ends its streams then. One listener, called once. */
  whenClosed(listener: () => void): void {
    this.#onClosed = listener;
  }

  /** Ends the session and whatever its transport holds open. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#keeper.closed(this);
    this.#onClosed?.();
  }
}
