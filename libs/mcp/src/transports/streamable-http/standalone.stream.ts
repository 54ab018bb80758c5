import type { McpAuth } from '../../sessions/mcp-auth.js';
import { isStreamOf, type EventStore } from '../../sessions/event.store.js';
import type { Session } from '../../sessions/session.manager.js';
import { HttpRefusal, LegacyCode } from '../http/http-refusal.js';
import type { NodeExchange } from '../../platform/node-exchange.js';
import type { OpenResponses } from '../http/open-responses.js';
import { SseStream } from '../http/sse-stream.js';
import type { UnsentBudget } from '../unsent.budget.js';
import type { EventLog } from './event.log.js';
import { EventStream, replay } from './event.stream.js';

/** What the GET of a session finds when it comes. */
export interface Listening {
  readonly session: Session;
  readonly auth: McpAuth | undefined;
  readonly open: OpenResponses;
  readonly queue: number;
  readonly primes: boolean;
  /** Streams of calls in flight, by id. */
  readonly streams: ReadonlyMap<string, EventStream> | undefined;
}

/** The stream of a session that belongs to no call, and the door for those who come back to any stream. */
export class StandaloneStream extends EventStream {
  constructor(
    id: string,
    unsent: UnsentBudget,
    private readonly events: EventLog | undefined,
  ) {
    super(id, unsent, events);
  }

  /** A message would get to the client, now or when it comes back. */
  get isReachable(): boolean {
    return this.isAttached || this.isResumable;
  }

  /** Serves a GET. Throws `HttpRefusal`: 409 for a second stream, 400 for an event that this session never had. */
  async open(http: NodeExchange, listening: Listening): Promise<void> {
    const lastEventId = http.req.headers['last-event-id'];
    if (typeof lastEventId === 'string' && lastEventId !== '' && this.events !== undefined) {
      await this.#resume(http, listening, lastEventId, this.events.store);
      return;
    }
    if (this.isAttached) {
      const text = 'Conflict: Only one SSE stream is allowed per session';
      throw new HttpRefusal(409, LegacyCode.refused, text);
    }
    listening.session.auth = listening.auth;
    this.attach(openSse(http, listening), listening.primes);
  }

  async #resume(
    http: NodeExchange,
    listening: Listening,
    lastEventId: string,
    store: EventStore,
  ): Promise<void> {
    const streamId = await streamOf(store, lastEventId);
    if (streamId === undefined || !isStreamOf(listening.session.id, streamId)) {
      throw new HttpRefusal(400, LegacyCode.refused, 'Bad Request: Unknown event id');
    }
    if (listening.session.closed || http.res.destroyed) return;
    const own = streamId === this.id;
    if (own) listening.session.auth = listening.auth;
    const stream = own ? this : listening.streams?.get(streamId);
    const sse = openSse(http, listening);
    try {
      if (stream !== undefined) await stream.resume(sse, lastEventId);
      else await replay(store, lastEventId, streamId, sse);
    } catch (error) {
      this.events?.onerror(error);
      sse.end();
    }
    // The call is over: there is nothing to wait for after its last event.
    if (stream === undefined) sse.end();
  }
}

function openSse({ res }: NodeExchange, { session, auth, open, queue }: Listening): SseStream {
  res.once('close', session.hold());
  return new SseStream(res, { open, queue, expiresAt: auth?.expiresAt });
}

/** Stores that cannot tell are asked to replay for nothing: only its stream says whose an event is. */
async function streamOf(store: EventStore, eventId: string): Promise<string | undefined> {
  try {
    if (store.getStreamIdForEventId !== undefined)
      return await store.getStreamIdForEventId(eventId);
    return await store.replayEventsAfter(eventId, { send: async () => undefined });
  } catch {
    return undefined;
  }
}
