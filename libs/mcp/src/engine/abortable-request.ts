import { ErrorCode, ProtocolError } from '../errors/protocol.error.js';
import { IncomingRequest } from './incoming-request.js';

/** Time in ms for which the work of an aborted request counts for its caller at most: some work never ends. */
const ABANDONED_FOR = 300_000;

/** A request that can be aborted, by its client, the server or a time limit. */
export abstract class AbortableRequest extends IncomingRequest {
  /** Whether the limit is the primitive's own, not the default of the server. */
  protected isOwnLimit = false;
  protected abortReason: Error | undefined;
  /** Whether the work has ended. */
  protected isSettled = false;
  /** Rejects the work's promise. */
  protected reject: ((reason: Error) => void) | undefined;
  /** Uncounts the request for its caller. Called when its work has ended. */
  protected uncount: (() => void) | undefined;
  private controller: AbortController | undefined;
  private timer: NodeJS.Timeout | undefined;

  get signal(): AbortSignal {
    if (!this.controller) {
      this.controller = new AbortController();
      if (this.abortReason) this.controller.abort(this.abortReason);
    }
    return this.controller.signal;
  }

  get isAborted(): boolean {
    return this.abortReason !== undefined;
  }

  /**
   * Sets the time limit in ms; `Infinity` is none. `isDefault`: it is the server's limit, which ends when the client has an answer and does
   * not apply to tasks.
   */
  limitTime(timeout: number, isDefault = false): void {
    clearTimeout(this.timer);
    this.isOwnLimit = !isDefault;
    if (timeout === Infinity) return;
    this.timer = setTimeout(() => {
      this.abort(
        new ProtocolError(ErrorCode.internalError, `${this.where} timed out after ${timeout} ms`),
      );
    }, timeout);
    this.timer.unref();
  }

  /** Aborts the work. A client that still waits receives `reason`. */
  abort(reason: Error): void {
    if (this.isSettled || this.abortReason) return;
    this.abortReason = reason;
    clearTimeout(this.timer);
    this.controller?.abort(reason);
    this.reject?.(reason);
    setTimeout(() => this.uncount?.(), ABANDONED_FOR).unref();
  }

  protected stopTimer(): void {
    clearTimeout(this.timer);
  }

  protected end<T>(outcome: T): T {
    this.isSettled = true;
    clearTimeout(this.timer);
    this.uncount?.();
    return outcome;
  }
}
