import type { McpAuth } from '../../sessions/mcp-auth.js';
import { isStreamOf, ordinalOf } from '../../sessions/event.store.js';
import type { Session } from '../../sessions/session.manager.js';
import { secondStream, unknownEvent } from '../http/http-refusal.js';
import type { NodeExchange } from '../../platform/node-exchange.js';
import type { OpenResponses } from '../http/open-responses.js';
import { SseStream } from '../http/sse-stream.js';
import type { UnsentBudget } from '../unsent-budget.js';
import type { EventLog } from './event-log.js';
import { EventStream, replay } from './event-stream.js';
import type { StreamCallers } from './stream-callers.js';

/** The state of a session when a GET arrives. */
export interface Listening {
  readonly session: Session;
  readonly auth: McpAuth | undefined;
  readonly open: OpenResponses;
  readonly queue: number;
  readonly primes: boolean;
  /** The event id from which the client resumes a stream. */
  readonly lastEventId: string | undefined;
  /** Streams of calls in flight, by id. */
  readonly streams: ReadonlyMap<string, EventStream> | undefined;
}

/**
 * The stream of a session that belongs to no call. It also serves GET requests that resume any stream of the session.
 */
export class StandaloneStream extends EventStream {
  private isRetired = false;

  /** `caller`: the caller that opens it. Messages are stored on it as that caller may see them. */
  constructor(
    id: string,
    unsent: UnsentBudget,
    private readonly events: EventLog,
    private readonly callers: StreamCallers,
    private caller: McpAuth | undefined,
  ) {
    super(id, unsent, events);
  }

  /** Whether a message would reach the client, now or when it resumes the stream. */
  get isReachable(): boolean {
    return this.isAttached || this.isResumable;
  }

  /**
   * Retires the stream if a caller with other scopes opens a new one while no connection carries this one; it cannot be
   * resumed then.
   */
  retireFor(auth: McpAuth | undefined): boolean {
    const isSame = this.isOpenTo(auth) && this.callers.covers(this.caller, auth?.scopes ?? []);
    if (!isSame && !this.isAttached && !this.isRetired) {
      this.isRetired = true;
      this.events.answered(this.id);
    }
    return this.isRetired;
  }

  /**
   * Serves a GET. Throws `HttpRefusal`: 409 for a second stream, 400 for an event that is unknown to this session or
   * that was sent to a caller with scopes that this one lacks.
   */
  async open(http: NodeExchange, listening: Listening): Promise<void> {
    if (listening.lastEventId !== undefined) {
      await this.resumeLost(http, listening, listening.lastEventId);
      return;
    }
    if (this.isAttached) {
      throw secondStream();
    }
    this.carriedBy(http, listening);
    this.attach(openSse(http, listening), listening.primes);
  }

  private async resumeLost(
    http: NodeExchange,
    listening: Listening,
    lastEventId: string,
  ): Promise<void> {
    const { store } = this.events;
    const streamId = await streamOf(store, lastEventId);
    if (streamId === undefined || !this.mayResume(streamId, listening)) {
      throw unknownEvent();
    }
    if (listening.session.closed || http.res.destroyed) return;
    const own = streamId === this.id;
    if (own) this.carriedBy(http, listening);
    const stream = own ? this : listening.streams?.get(streamId);
    const sse = openSse(http, listening);
    try {
      if (stream !== undefined) await stream.resume(sse, lastEventId);
      else await replay(store, lastEventId, streamId, sse);
    } catch (error) {
      this.events.onerror(error);
      sse.end();
      // Messages go to the caller that resumed the stream; the earlier connection gets no more of them.
      if (own) this.cut();
    }
    // The call has ended: no event follows its last one.
    if (stream === undefined) sse.end();
  }

  private mayResume(streamId: string, { session, auth }: Listening): boolean {
    if (!isStreamOf(session.id, streamId)) return false;
    if (streamId === this.id) return !this.isRetired && this.isOpenTo(auth);
    return this.callers.mayResume(ordinalOf(session.id, streamId), auth);
  }

  /** Whether this caller may see all that was sent to the earlier one. */
  private isOpenTo(auth: McpAuth | undefined): boolean {
    return this.callers.covers(auth, this.caller?.scopes ?? []);
  }

  private carriedBy({ request }: NodeExchange, { session, auth }: Listening): void {
    this.caller = auth;
    this.events.shared?.opened(this.id, auth?.scopes ?? []);
    session.listener = { auth, request };
  }
}

/** Writes the headers of a stream that was opened by a GET. */
export function openSse(
  { res }: NodeExchange,
  { session, auth, open, queue }: Pick<Listening, 'session' | 'auth' | 'open' | 'queue'>,
): SseStream {
  res.once('close', session.hold());
  return new SseStream(res, { open, queue, expiresAt: auth?.expiresAt });
}

/**
 * The stream of an event. A store without `getStreamIdForEventId` replays the event without output: only that names its
 * stream.
 */
async function streamOf(store: EventLog['store'], eventId: string): Promise<string | undefined> {
  try {
    if (store.getStreamIdForEventId !== undefined)
      return await store.getStreamIdForEventId(eventId);
    return await store.replayEventsAfter(eventId, { send: async () => undefined });
  } catch {
    return undefined;
  }
}
