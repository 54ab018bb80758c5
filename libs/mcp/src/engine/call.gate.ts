import { ErrorCode, ProtocolError } from '../errors/protocol.error.js';
import { ownerOf, type OwnerTally } from '../sessions/owner.tally.js';
import type { RunningCall } from './running.call.js';

/** The calls in flight of one server, whichever engine runs them: new ones are refused once it shuts down. */
export class CallGate {
  private readonly calls = new Set<RunningCall>();
  private draining = false;
  private idle: (() => void) | undefined;

  constructor(private readonly perOwner: OwnerTally) {}

  /**
   * Counts the call in; the return counts it out. Throws `ProtocolError` while the server shuts down, and where the caller has as many
   * calls in flight as it may have.
   */
  begin(call: RunningCall): () => void {
    if (this.draining) throw shuttingDown();
    const end = this.perOwner.begin(ownerOf(call.auth, call.request));
    this.calls.add(call);
    return () => {
      end();
      this.calls.delete(call);
      if (this.calls.size === 0) this.idle?.();
    };
  }

  /** Refuses new calls, waits `grace` ms for those in flight, then aborts them. */
  async drain(grace: number): Promise<void> {
    this.draining = true;
    if (this.calls.size === 0) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.idle = resolve;
      timer = setTimeout(resolve, grace);
    });
    clearTimeout(timer);
    const reason = shuttingDown();
    for (const call of this.calls) call.abort(reason);
    // The answers of the aborted calls are written in the turns that follow.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function shuttingDown(): ProtocolError {
  return new ProtocolError(ErrorCode.internalError, 'The server is shutting down');
}
