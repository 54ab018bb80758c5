import { longestTime } from '../errors/number-check.js';
import { ErrorCode, ProtocolError } from '../errors/protocol.error.js';
import type { McpAuth } from '../sessions/mcp-auth.js';
import { ownerOf, type OwnerTallies } from '../sessions/owner-tally.js';
import type { CallInFlight } from '../sessions/session-attachments.js';

/** A call, as the registry sees it. */
interface RegisteredCall extends CallInFlight {
  readonly auth: McpAuth | undefined;
  readonly request: object;
}

/**
 * The calls in flight of one server, of both eras and over every transport. The registry refuses new calls during
 * shutdown.
 */
export class CallRegistry {
  private readonly calls = new Set<RegisteredCall>();
  private draining = false;
  private idle: (() => void) | undefined;

  constructor(private readonly owners: OwnerTallies) {}

  /**
   * Adds a call. Returns the function that uncounts it for its caller, for the moment at which its work has ended: that
   * of a cancelled call may go on. Throws `ProtocolError` during shutdown, and if its caller has reached its limit.
   */
  add(call: RegisteredCall): () => void {
    if (this.draining) throw shuttingDown();
    const tally = call.kind === 'subscription' ? this.owners.subscriptions : this.owners.calls;
    const uncount = tally.begin(ownerOf(call.auth, call.request));
    this.calls.add(call);
    return uncount;
  }

  /** Removes a call that a shutdown need not wait for any more. */
  delete(call: RegisteredCall): void {
    this.calls.delete(call);
    if (this.calls.size === 0) this.idle?.();
  }

  /** Refuses new calls, waits `grace` ms for those in flight, then aborts them. */
  async drain(grace: number): Promise<void> {
    this.draining = true;
    if (this.calls.size === 0) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.idle = resolve;
      timer = setTimeout(resolve, Math.min(grace, longestTime));
    });
    clearTimeout(timer);
    const reason = shuttingDown();
    for (const call of this.calls) call.abort(reason);
    // The answers of the aborted calls are written in the next turns of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function shuttingDown(): ProtocolError {
  return new ProtocolError(ErrorCode.internalError, 'The server is shutting down');
}
