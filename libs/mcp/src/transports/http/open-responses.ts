import type { UnsentBudget } from '../unsent-budget.js';

/** A response that has not ended yet, as `OpenResponses` keeps it. */
export interface OpenResponse {
  /** When the last keep-alive was sent, in ms on the clock of `performance.now()`; maintained by `OpenResponses`. */
  lastBeat: number;
  /** Called after each keep-alive interval. */
  beat(): void;
  /** Ends the response. */
  end(): void;
  /** Closes the connection. */
  destroy(): void;
}

const CLOSING_GRACE = 500;

/** The open responses of one transport, with one timer for all keep-alives. It ends all of them at shutdown. */
export class OpenResponses {
  /** The one with the oldest keep-alive first. */
  private readonly open = new Set<OpenResponse>();
  private readonly keepAlive: number;
  private timer: NodeJS.Timeout | undefined;
  private onEmpty: (() => void) | undefined;

  /** `keepAlive` is in milliseconds; 0 means none. `unsent` counts the unsent bytes of all these responses. */
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

  /** Ends all responses. Resolves when all have ended, after half a second at the latest. */
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
      // Moved to the end before the keep-alive is sent, because that may remove it.
      this.open.delete(response);
      response.lastBeat = now;
      this.open.add(response);
      response.beat();
    }
  }
}
