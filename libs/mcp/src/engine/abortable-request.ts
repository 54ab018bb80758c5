import { ErrorCode, ProtocolError } from '../errors/protocol.error.js';
import { IncomingRequest } from './incoming-request.js';

/** A request whose work can be ended from outside, or by a time limit. */
export abstract class AbortableRequest extends IncomingRequest {
  /** The limit is that of the primitive, not the default of the server. */
  protected isOwnLimit = false;
  protected abortReason: Error | undefined;
  /** The work is over. */
  protected isSettled = false;
  /** Ends the work's promise. */
  protected reject: ((reason: Error) => void) | undefined;
  private controller: AbortController | undefined;
  private timer: NodeJS.Timeout | undefined;

  get signal(): AbortSignal {
    if (!this.controller) {
      this.controller = new AbortController();
      if (this.abortReason) this.controller.abort(this.abortReason);
    }
    return this.controller.signal;
  }

  /** `isDefault`: it is the server's limit, which holds until the client has an answer and not for a task. */
  limitTime(timeout: number, isDefault = false): void {
    clearTimeout(this.timer);
    this.isOwnLimit = !isDefault;
    this.timer = setTimeout(() => {
      this.abort(
        new ProtocolError(ErrorCode.internalError, `${this.where} timed out after ${timeout} ms`),
      );
    }, timeout);
    this.timer.unref();
  }

  /** Ends the work: its signal is aborted, and a client that still waits reads `reason`. */
  abort(reason: Error): void {
    if (this.isSettled || this.abortReason) return;
    this.abortReason = reason;
    clearTimeout(this.timer);
    this.controller?.abort(reason);
    this.reject?.(reason);
  }

  protected stopTimer(): void {
    clearTimeout(this.timer);
  }

  protected end<T>(outcome: T): T {
    this.isSettled = true;
    clearTimeout(this.timer);
    return outcome;
  }
}
