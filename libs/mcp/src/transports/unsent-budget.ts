/** A client connection, as the budget for unsent bytes sees it. */
export interface SlowReader {
  /** Bytes in this process that the client has not read yet. */
  readonly held: number;
  /** Bytes that have left this process so far. It grows whenever some do. */
  readonly sent: number;
  /** Drops the unsent bytes, and closes the connection. */
  cut(): void;
}

/** Limits on unsent bytes. */
export interface UnsentBudgetOptions {
  /** Bytes of all connections together. */
  readonly max: number;
  /** Time in ms without progress after which a connection is closed. */
  readonly stallTimeout: number;
}

interface Backlog {
  /** The values at the last check; `sent` is the highest so far. */
  held: number;
  sent: number;
  /** Bytes that were sent when the backlog began. */
  readonly before: number;
  /** When the backlog began, and when some of it was last sent; ms on the clock of `performance.now()`. */
  readonly since: number;
  progressAt: number;
}

const LONGEST_TICK = 1_000;
/** Bytes that count as sent from the start, because a new connection has had no time to show its speed. */
const HEAD_START = 64 * 1024;

/**
 * Limits the unsent bytes of all clients of one server together. Beyond `max` the slowest connections are closed: those
 * that would need the longest, at their speed so far, for their unsent bytes. A connection without progress for
 * `stallTimeout` is closed in any case.
 */
export class UnsentBudget {
  private readonly backlogs = new Map<SlowReader, Backlog>();
  private readonly options: UnsentBudgetOptions;
  private heldBytes = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(options: UnsentBudgetOptions) {
    this.options = options;
  }

  /** The unsent bytes of all connections together; never less than the real number. */
  get total(): number {
    return this.heldBytes;
  }

  /** The limit in bytes. */
  get max(): number {
    return this.options.max;
  }

  /** Must be called after a write that was not sent completely; `isFirst` means that nothing was unsent before. */
  wrote(reader: SlowReader, isFirst: boolean): void {
    let backlog = this.backlogs.get(reader);
    const now = performance.now();
    if (backlog === undefined || isFirst) {
      const { sent } = reader;
      const held = backlog?.held ?? 0;
      backlog = { held, sent, before: sent, since: now, progressAt: now };
      this.backlogs.set(reader, backlog);
      this.watch();
    }
    this.count(backlog, reader);
    // Both use one reading of the clock: a pause of the process between two readings would count against a new
    // connection.
    if (this.heldBytes > this.options.max) this.shrink(now);
  }

  /** Removes a connection that has sent everything, or has ended. */
  delete(reader: SlowReader): void {
    const backlog = this.backlogs.get(reader);
    if (backlog === undefined) return;
    this.heldBytes -= backlog.held;
    this.backlogs.delete(reader);
    if (this.backlogs.size === 0) {
      clearInterval(this.timer);
      this.timer = undefined;
    }
  }

  private count(backlog: Backlog, reader: SlowReader): void {
    const { held } = reader;
    this.heldBytes += held - backlog.held;
    backlog.held = held;
  }

  /** Checks every connection again, and removes those without unsent bytes. */
  private refresh(now: number): void {
    for (const [reader, backlog] of this.backlogs) {
      this.count(backlog, reader);
      if (backlog.held === 0) {
        this.delete(reader);
        continue;
      }
      const { sent } = reader;
      if (sent <= backlog.sent) continue;
      backlog.sent = sent;
      backlog.progressAt = now;
    }
  }

  private shrink(now: number): void {
    this.refresh(now);
    if (this.heldBytes <= this.options.max) return;
    const slowest = [...this.backlogs]
      .map(([reader, backlog]) => ({ reader, need: timeNeeded(backlog, now) }))
      .toSorted((a, b) => b.need - a.need);
    for (const { reader } of slowest) {
      if (this.heldBytes <= this.options.max) return;
      this.cut(reader);
    }
  }

  private watch(): void {
    if (this.timer !== undefined) return;
    const tick = Math.max(5, Math.min(this.options.stallTimeout / 4, LONGEST_TICK));
    this.timer = setInterval(() => this.cutStalled(), tick).unref();
  }

  private cutStalled(): void {
    const now = performance.now();
    this.refresh(now);
    for (const [reader, { progressAt }] of this.backlogs) {
      if (now - progressAt >= this.options.stallTimeout) this.cut(reader);
    }
  }

  private cut(reader: SlowReader): void {
    this.delete(reader);
    reader.cut();
  }
}

/** The time that a connection would need for its unsent bytes, at its speed so far. */
function timeNeeded({ held, sent, before, since }: Backlog, now: number): number {
  return (held * (now - since)) / (sent - before + HEAD_START);
}
