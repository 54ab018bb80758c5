import { randomUUID } from 'node:crypto';
import type { NewsBody } from '../backplane/process-link.js';
import type { Session } from './session.js';
import type { SharedSessions } from './shared-sessions.js';

/** A session of another process that could make room, and the ms for which it was unused there. */
interface Offer {
  readonly id: string;
  readonly unused: number;
  readonly process: string;
}

/** Time in ms in which the other processes may offer sessions. */
const OFFER_TIME = 200;
/** Time in ms for the process of a chosen session to end it. */
const END_TIME = 1_000;
/** The most sessions that one process offers. */
const MOST_OFFERED = 10;
/** The most offered sessions that are tried. */
const MOST_TRIED = 3;
/** The most sessions whose records are read to find one that makes room. */
const MOST_READ = 20;
/** The most newcomers that wait for offers; the others are refused at once. */
const MOST_WAITING = 64;

/** Makes room for a new session where all processes together have reached a limit. */
export class SessionRoom {
  /** The offers that have arrived, by the request for them. */
  private readonly offers = new Map<string, Offer[]>();
  /** The sessions that other processes have been told to end. */
  private readonly chosen = new Map<string, (isEnded: boolean) => void>();

  /** `candidates`: the anonymous sessions that are unused in this process and have a record, oldest first. */
  constructor(
    private readonly store: SharedSessions,
    private readonly candidates: () => readonly Session[],
  ) {
    const { link } = store;
    link.on('room.wanted', (body) => void this.offer(body).catch(() => undefined));
    link.on('room.offered', (body) => this.take(body));
    link.on('room.chosen', (body) => void this.end(body).catch(() => undefined));
    link.on('room.kept', ({ id }) => this.chosen.get(String(id))?.(false));
    link.on('session.ended', ({ id }) => this.chosen.get(String(id))?.(true));
  }

  /**
   * Ends an anonymous session that no process uses: the oldest one of this process, or else the oldest one that another
   * process offers. Resolves with `false` if there is none, or if that would not help this owner. Throws
   * `BackplaneError`.
   */
  async make(owner: string | undefined): Promise<boolean> {
    if (owner !== undefined && !(await this.store.hasRoomFor(owner))) return false;
    const [oldest] = await this.unused(1);
    oldest?.close();
    return oldest !== undefined || this.makeElsewhere();
  }

  /** The oldest candidates that have no stream in another process. Throws `BackplaneError`. */
  private async unused(most: number): Promise<Session[]> {
    const { link } = this.store;
    const found: Session[] = [];
    const near = this.candidates().filter(
      ({ record: { home } }) => home === undefined || home === link.process,
    );
    for (const session of near.slice(0, MOST_READ)) {
      if (found.length >= most) break;
      const holder = await this.store.listenerOf(session.id);
      if (holder === undefined || !(await link.run((it) => it.isAlive(holder)))) {
        found.push(session);
      }
    }
    // Some may have been used or have ended meanwhile.
    return found.filter((session) => session.unused && !session.closed);
  }

  private async makeElsewhere(): Promise<boolean> {
    if (this.offers.size >= MOST_WAITING) return false;
    const { link } = this.store;
    const request = randomUUID();
    const offers: Offer[] = [];
    this.offers.set(request, offers);
    try {
      await link.publish('room.wanted', { request, process: link.process });
      await new Promise((resolve) => setTimeout(resolve, OFFER_TIME).unref());
    } finally {
      this.offers.delete(request);
    }
    offers.sort((one, other) => other.unused - one.unused);
    for (let tried = 0; tried < MOST_TRIED; tried++) {
      const offer = offers.find(({ id }) => !this.chosen.has(id));
      if (!offer) return false;
      offers.splice(offers.indexOf(offer), 1);
      if (await this.choose(offer)) return true;
    }
    return false;
  }

  /** Makes the other process end the session. Resolves with `false` if it has used the session meanwhile. */
  private async choose({ id, process }: Offer): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const ended = new Promise<boolean>((resolve) => {
      this.chosen.set(id, resolve);
      timer = setTimeout(() => resolve(false), END_TIME).unref();
    });
    try {
      const { link } = this.store;
      await link.publish('room.chosen', { id, process: link.process }, process);
      return await ended;
    } finally {
      clearTimeout(timer);
      this.chosen.delete(id);
    }
  }

  private async offer({ request, process }: NewsBody): Promise<void> {
    if (typeof process !== 'string') return;
    const now = performance.now();
    const sessions = (await this.unused(MOST_OFFERED)).map(({ id, lastUsed }) => ({
      id,
      unused: now - lastUsed,
    }));
    const { link } = this.store;
    const body = { request, sessions, process: link.process };
    if (sessions.length > 0) await link.publish('room.offered', body, process);
  }

  private take({ request, sessions, process }: NewsBody): void {
    const offers = this.offers.get(String(request));
    if (!offers || !Array.isArray(sessions) || typeof process !== 'string') return;
    for (const { id, unused } of sessions as readonly Partial<Offer>[]) {
      if (typeof id === 'string' && typeof unused === 'number') {
        offers.push({ id, unused, process });
      }
    }
  }

  private async end({ id, process }: NewsBody): Promise<void> {
    const session = this.candidates().find((one) => one.id === id);
    if (session) session.close();
    else await this.store.link.publish('room.kept', { id }, String(process));
  }
}
