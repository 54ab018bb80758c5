const LONGEST_TIMER = 2 ** 31 - 1;

/** Items that expire a fixed time after they were added, with one timer for all of them. */
export class ExpiryQueue<T> {
  /** When each item expires, on the clock of `performance.now()`, in order of expiry. */
  private readonly dueAt = new Map<T, number>();
  private timer: NodeJS.Timeout | undefined;

  /** `delay` is in ms. Beyond `max` items, the oldest one expires at once. */
  constructor(
    private readonly delay: number,
    private readonly due: (thing: T) => void,
    private readonly max = Infinity,
  ) {}

  add(thing: T): void {
    this.dueAt.delete(thing);
    this.dueAt.set(thing, performance.now() + this.delay);
    if (this.dueAt.size > this.max) {
      const [first] = this.dueAt.keys();
      this.dueAt.delete(first as T);
      this.due(first as T);
    }
    this.schedule();
  }

  delete(thing: T): void {
    this.dueAt.delete(thing);
  }

  /** Removes all items, without expiring them. */
  clear(): void {
    this.dueAt.clear();
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private schedule(): void {
    if (this.timer !== undefined) return;
    const [first] = this.dueAt.values();
    if (first === undefined || first === Infinity) return;
    const wait = Math.max(0, Math.ceil(first - performance.now()));
    this.timer = setTimeout(() => this.expire(), Math.min(wait, LONGEST_TIMER)).unref();
  }

  private expire(): void {
    this.timer = undefined;
    const now = performance.now();
    for (const [thing, at] of this.dueAt) {
      if (at > now) break;
      this.dueAt.delete(thing);
      this.due(thing);
    }
    this.schedule();
  }
}
