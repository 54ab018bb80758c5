import type { UnsentBudget } from '../unsent-budget.js';

/** A response that is not over yet, as `OpenResponses` keeps it. */
export interface OpenResponse {
  /** Milliseconds on the clock of `performance.now()`; kept by `OpenResponses`. */
  lastBeat: number;
  /** A keep-alive interval has passed. */
  beat(): void;
  /** Says goodbye. */
  end(): void;
  /** Cuts the connection. */
  destroy(): void;
}

const CLOSING_GRACE = 500;

/** The open responses of one transport: one timer for the keep-alives of all, and the end of all at shutdown. */
export class OpenResponses {
  /** Longest without a beat first. */
  private readonly open = new Set<OpenResponse>();
  private readonly keepAlive: number;
  private timer: NodeJS.Timeout | undefined;
  private onEmpty: (() => void) | undefined;

  /** `keepAlive` in milliseconds; 0: none. `unsent` counts what the clients of all these responses have not read. */
  constructor(
    keepAlive: number,
    readonly unsent: UnsentBudget,
  ) {
    this.keepAlive = keepAlive;
  }

  add(response: OpenResponse): void {
    response.lastBeat = performance.now();
    this.open.add(response);
    if (this.timer === undefined && this.keepAlive > 0) {
      const tick = Math.max(1, this.keepAlive / 4);
      this.timer = setInterval(() => this.beat(tick), tick).unref();
    }
  }

  delete(response: OpenResponse): void {
    this.open.delete(response);
    if (this.open.size === 0) this.onEmpty?.();
  }

  /** Ends all; resolves when all are over, after half a second at the latest. */
  async close(): Promise<void> {
    for (const response of this.open) response.end();
    if (this.open.size > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, CLOSING_GRACE);
        this.onEmpty = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    for (const response of this.open) response.destroy();
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private beat(tick: number): void {
    if (this.open.size === 0) {
      clearInterval(this.timer);
      this.timer = undefined;
      return;
    }
    const now = performance.now();
    const due = now - this.keepAlive + tick / 2;
    for (const response of this.open) {
      if (response.lastBeat > due) break;
      // To the end of the order, before the beat, which may take it out.
      this.open.delete(response);
      response.lastBeat = now;
      this.open.add(response);
      response.beat();
    }
  }
}
