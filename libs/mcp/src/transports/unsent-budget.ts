/** A reader of this server, as the budget for unsent bytes sees it. */
export interface SlowReader {
  /** Bytes that are kept in this process until the reader has taken them. */
  readonly held: number;
  /** Bytes that have left this process so far; it grows only when some do. */
  readonly sent: number;
  /** Drops what is held, and closes the connection. */
  cut(): void;
}

/** How much may be unsent, and for how long. */
export interface UnsentBudgetOptions {
  /** Bytes of all readers together. */
  readonly max: number;
  /** ms without progress after which a reader is cut off. */
  readonly stallTimeout: number;
}

interface Backlog {
  /** What was found when the reader was last looked at; `sent` is the most that has ever been. */
  held: number;
  sent: number;
  /** What had been sent when the backlog began. */
  readonly before: number;
  /** When the backlog began, and when some of it last went out; ms on the clock of `performance.now()`. */
  readonly since: number;
  progressAt: number;
}

const LONGEST_TICK = 1_000;
/** Bytes that count as sent from the start: a reader that has only just begun has shown no speed yet. */
const HEAD_START = 64 * 1024;

/**
 * Bounds what all clients of one server together have not read yet. Beyond `max` the slowest readers are cut off: those that would
 * need the longest, at the speed they have shown, to take what they have unsent. A reader without progress for `stallTimeout` is cut
 * off in any case.
 */
export class UnsentBudget {
  private readonly backlogs = new Map<SlowReader, Backlog>();
  private readonly options: UnsentBudgetOptions;
  private heldBytes = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(options: UnsentBudgetOptions) {
    this.options = options;
  }

  /** Bytes that all readers together have unsent; never less than what they really have. */
  get total(): number {
    return this.heldBytes;
  }

  /** Bytes that there may be. */
  get max(): number {
    return this.options.max;
  }

  /** To be called when something was written that has not all gone out; `isFirst`: nothing was unsent before. */
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
    // One reading of the clock for both: a pause of the process in between would count against a reader that has only just begun.
    if (this.heldBytes > this.options.max) this.shrink(now);
  }

  /** The reader has taken everything, or is gone. */
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

  /** Looks at every reader again, and forgets those that have nothing unsent. */
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

/** How long a reader would need for what it has unsent, at the speed that it has shown so far. */
function timeNeeded({ held, sent, before, since }: Backlog, now: number): number {
  return (held * (now - since)) / (sent - before + HEAD_START);
}
