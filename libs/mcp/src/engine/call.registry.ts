import { ErrorCode, ProtocolError } from '../errors/protocol.error.js';
import type { McpAuth } from '../sessions/mcp-auth.js';
import { ownerOf, type OwnerTallies } from '../sessions/owner-tally.js';
import type { CallInFlight } from '../sessions/session-attachments.js';

/** A call, as the registry sees it. */
interface RegisteredCall extends CallInFlight {
  readonly auth: McpAuth | undefined;
  readonly request: object;
}

/** The calls in flight of one server, of both eras and over every transport. It refuses new ones once the server shuts down. */
export class CallRegistry {
  /** With the function that counts each call out for its caller. */
  private readonly calls = new Map<RegisteredCall, () => void>();
  private draining = false;
  private idle: (() => void) | undefined;

  constructor(private readonly owners: OwnerTallies) {}

  /** Takes the call in. Throws `ProtocolError` while the server shuts down, and where its caller has as many open as it may have. */
  add(call: RegisteredCall): void {
    if (this.draining) throw shuttingDown();
    const tally = call.kind === 'subscription' ? this.owners.subscriptions : this.owners.calls;
    this.calls.set(call, tally.begin(ownerOf(call.auth, call.request)));
  }

  /** Nothing of the call runs any more. */
  delete(call: RegisteredCall): void {
    this.calls.get(call)?.();
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
      timer = setTimeout(resolve, grace);
    });
    clearTimeout(timer);
    const reason = shuttingDown();
    for (const call of this.calls.keys()) call.abort(reason);
    // The answers of the aborted calls are written in the turns that follow.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function shuttingDown(): ProtocolError {
  return new ProtocolError(ErrorCode.internalError, 'The server is shutting down');
}
