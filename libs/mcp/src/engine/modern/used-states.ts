import type { ProcessLink } from '../../backplane/process-link.js';

/** How many used states are remembered: a state is valid for an hour, and this many take about 1 MiB. */
const MAX_REMEMBERED = 10_000;
/** ms that other processes know of a used state: longer than it is valid, whatever their clocks say. */
const SHARED_TTL = 2 * 3_600_000;

/** The states of calls that a client has come back with: each serves once, as long as it is remembered. */
export class UsedStates {
  /** By the id of a state, when it expires (ms since the epoch); the first used stands first. */
  private readonly expiries = new Map<string, number>();

  /** `link`: other processes may have served a state. */
  constructor(private readonly link?: ProcessLink) {}

  /** Counts a state as used in this process; `false`: it was used here before. */
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

  /** Resolves with `false` where another process has used the state. Throws `BackplaneError`; the state may be used again then. */
  async claim(id: string): Promise<boolean> {
    const { link } = this;
    if (!link) return true;
    const key = `state:${id}`;
    try {
      return await link.run(async (shared) => {
        await shared.create(key, { kind: 'state' }, { ttl: SHARED_TTL });
        return (await shared.claim(key, 'process', link.process)) === link.process;
      });
    } catch (error) {
      this.expiries.delete(id);
      throw error;
    }
  }
}
