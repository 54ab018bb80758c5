import type { McpBackplaneMember } from '../backplane/mcp-backplane.js';

/** Interval in ms between two heartbeats. */
const BEAT = 2_000;
/** Time in ms without a heartbeat after which a process counts as dead. */
export const LIVENESS = 6_000;

/** The result of a heartbeat. */
export interface Beat {
  /** The mark of the data, which changes when the data is lost. */
  readonly mark: string;
  /** The live processes. */
  readonly alive: readonly string[];
  /** The processes without a recent heartbeat. */
  readonly dead: readonly string[];
  /** The earlier heartbeat of this process was missing: those of the others may be lost as well. */
  readonly wasForgotten: boolean;
}

/** Sends heartbeats, and detects dead processes and the loss of all data. */
export class RedisLiveness {
  private alive = new Set<string>();
  /** The dead processes that have been reported to the member. */
  private told = new Set<string>();
  private mark: string | undefined;
  private lastBeat = performance.now();
  /** End of the time in which other processes could not yet send a heartbeat, because Redis was unreachable. */
  private graceUntil = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly member: Pick<McpBackplaneMember, 'left' | 'missed' | 'emptied'>,
    private readonly beat: () => Promise<Beat>,
  ) {}

  /** Redis was unreachable recently: a process without a heartbeat may be alive. */
  get isGrace(): boolean {
    const now = performance.now();
    return now < this.graceUntil || now - this.lastBeat > 2 * BEAT;
  }

  /** Sends the first heartbeat. Rejects if Redis does not answer. */
  async start(): Promise<void> {
    this.take(await this.beat());
    this.schedule();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private schedule(): void {
    this.timer = setTimeout(() => void this.next(), BEAT).unref();
  }

  private async next(): Promise<void> {
    const { timer } = this;
    try {
      const found = await this.beat();
      if (this.timer === timer) this.take(found);
    } catch {
      // Redis is unreachable. Operations that need it fail with an error of their own.
    }
    if (this.timer === timer) this.schedule();
  }

  private take({ mark, alive, dead, wasForgotten }: Beat): void {
    const now = performance.now();
    const isFirst = this.mark === undefined;
    const wasAway = now - this.lastBeat > 2 * BEAT;
    if (wasAway || (wasForgotten && !isFirst)) this.graceUntil = now + LIVENESS;
    this.lastBeat = now;
    const isEmptied = !isFirst && this.mark !== mark;
    this.mark = mark;
    this.tellWhoLeft(alive, dead, now < this.graceUntil);
    if (isEmptied) this.member.emptied();
    else if (wasAway) this.member.missed();
  }

  /** Reports dead processes. A process may also have started and died between two heartbeats. */
  private tellWhoLeft(alive: readonly string[], dead: readonly string[], isGrace: boolean): void {
    const before = this.alive;
    this.alive = new Set(alive);
    const gone = new Set([...before, ...dead].filter((process) => !this.alive.has(process)));
    if (isGrace) {
      for (const process of before) this.alive.add(process);
      return;
    }
    for (const process of gone) if (!this.told.has(process)) this.member.left(process);
    this.told = new Set(dead);
  }
}
