/** How many used states are remembered: a state is valid for an hour, and this many take about 1 MiB. */
const MAX_REMEMBERED = 10_000;

/** The states of calls that a client has come back with: each serves once, in this process, as long as it is remembered. */
export class UsedStates {
  /** By the id of a state, when it expires (ms since the epoch); the first used stands first. */
  private readonly expiries = new Map<string, number>();

  /** Counts a state as used; `false`: it was used before. */
  use(id: string, expires: number): boolean {
    if (this.expiries.has(id)) return false;
    this.expiries.set(id, expires);
    const now = Date.now();
    for (const [oldest, expiry] of this.expiries) {
      if (expiry > now && this.expiries.size <= MAX_REMEMBERED) break;
      this.expiries.delete(oldest);
    }
    return true;
  }
}
