import type { McpBackplaneMember } from '../backplane/mcp-backplane.js';

/** ms between two signs of life. */
const BEAT = 2_000;
/** ms without a sign of life after which a process is gone. */
export const LIVENESS = 6_000;

/** What a sign of life brings back. */
export interface Beat {
  /** The mark of the data. */
  readonly mark: string;
  /** The processes that are alive. */
  readonly alive: readonly string[];
  /** Those that have shown no sign of life for too long. */
  readonly dead: readonly string[];
  /** The earlier sign of this process was not there any more: those of the others may be lost as well. */
  readonly wasForgotten: boolean;
}

/** Gives signs of life, and notices the end of other processes and the loss of all data. */
export class RedisLiveness {
  private alive = new Set<string>();
  /** The dead of whom the member knows. */
  private told = new Set<string>();
  private mark: string | undefined;
  private lastBeat = performance.now();
  /** Until then the other processes have had no chance to give a sign of life: Redis was away. */
  private graceUntil = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly member: Pick<McpBackplaneMember, 'left' | 'missed' | 'emptied'>,
    private readonly beat: () => Promise<Beat>,
  ) {}

  /** Redis was away lately: a process that has shown no sign of life may be alive. */
  get isGrace(): boolean {
    const now = performance.now();
    return now < this.graceUntil || now - this.lastBeat > 2 * BEAT;
  }

  /** Gives the first sign of life. Rejects where Redis does not answer. */
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
      // Redis is away: what needs it says so.
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

  /** A process may also have come and died between two looks. */
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
