import type { ProcessLink } from '../../backplane/process-link.js';

/** The most used states that are remembered: a state is valid for an hour, and this many take about 1 MiB. */
const MAX_REMEMBERED = 10_000;
/**
 * Time in ms that other processes know of a used state: longer than its validity, to allow for differences of their
 * clocks.
 */
const SHARED_TTL = 2 * 3_600_000;

/** The used states of calls: each can be used once, as long as it is remembered. */
export class UsedStates {
  /** The expiry of each state by its id (ms since the epoch), in the order of use. */
  private readonly expiries = new Map<string, number>();

  /** `link`: the connection to other processes, which may have used a state. */
  constructor(private readonly link?: ProcessLink) {}

  /** Marks a state as used in this process. Returns `false` if it was used here before. */
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

  /**
   * Resolves with `false` if another process has used the state. Throws `BackplaneError`; the state may then be used
   * again.
   */
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
