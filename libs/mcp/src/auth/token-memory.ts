/** How long answers about tokens are cached (ms), and how many are. */
export interface TokenMemorySize {
  readonly ttl: number;
  readonly max: number;
}

interface Kept<T> {
  readonly value: T;
  /** ms since the epoch */
  readonly until: number;
}

/** A bounded cache of answers about tokens. If it is full, the oldest entry is dropped. */
export class TokenMemory<T> {
  private readonly entries = new Map<string, Kept<T>>();

  constructor(private readonly size: TokenMemorySize) {}

  /** The cached value; `undefined` if it is unknown or has expired. */
  get(key: string): T | undefined {
    const entry = this.entries.get(key);
    if (entry && entry.until > Date.now()) return entry.value;
    this.entries.delete(key);
    return undefined;
  }

  /** Caches a value for the configured time, but no longer than `end` (ms since the epoch). */
  set(key: string, value: T, end = Infinity): void {
    const { ttl, max } = this.size;
    if (ttl <= 0 || max <= 0) return;
    this.entries.delete(key);
    this.entries.set(key, { value, until: Math.min(Date.now() + ttl, end) });
    const [oldest] = this.entries.keys();
    if (this.entries.size > max && oldest !== undefined) this.entries.delete(oldest);
  }
}
