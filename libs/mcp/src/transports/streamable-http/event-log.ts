import type { LoggerService } from '@nestjs/common';
import type { EventStore } from '../../sessions/event.store.js';
import { SharedEventStore } from '../../sessions/shared-event.store.js';
import { ExpiryQueue } from '../../sessions/expiry-queue.js';

/** A call that goes on while its stream has no connection. */
export interface AwaitedCall {
  /** Its client has not come back in time. */
  giveUp(): void;
}

/** What an event log needs of its server. */
export interface EventLogSettings {
  readonly eventStore: EventStore;
  /** ms */
  readonly resumeTimeout: number;
  readonly logger: LoggerService;
}

/** Streams of answered calls that are remembered at most; beyond them the oldest are forgotten early. */
const MOST_ANSWERED = 100_000;

/**
 * Where streams keep their events, and how long a client has to come back: to a call that still runs, and for the events of one that
 * was answered.
 */
export class EventLog {
  readonly store: EventStore;
  /** The same, where other processes read it. */
  readonly shared: SharedEventStore | undefined;
  readonly onerror: (error: unknown) => void;
  private readonly awaited: ExpiryQueue<AwaitedCall>;
  private readonly answeredStreams: ExpiryQueue<string>;

  constructor({ eventStore, resumeTimeout, logger }: EventLogSettings) {
    this.store = eventStore;
    this.shared = eventStore instanceof SharedEventStore ? eventStore : undefined;
    this.onerror = (error) => logger.error(`The event store failed: ${String(error)}`);
    this.awaited = new ExpiryQueue(resumeTimeout, (call) => call.giveUp());
    this.answeredStreams = new ExpiryQueue(
      resumeTimeout,
      (streamId) => this.attempt(() => this.store.forgetStream?.(streamId)),
      MOST_ANSWERED,
    );
  }

  /** The stream of this call has lost its connection. */
  left(call: AwaitedCall): void {
    this.awaited.add(call);
  }

  /** The stream has a connection again, or the call is over. */
  returned(call: AwaitedCall): void {
    this.awaited.delete(call);
  }

  /** Everything has been sent on this stream. */
  answered(streamId: string): void {
    this.shared?.ended(streamId);
    this.answeredStreams.add(streamId);
  }

  /** The session is over. */
  forgetSession(sessionId: string): void {
    this.attempt(() => this.store.forgetSession?.(sessionId));
  }

  /** The server ends. */
  stop(): void {
    this.awaited.clear();
    this.answeredStreams.clear();
  }

  private attempt(work: () => void | Promise<void>): void {
    (async () => work())().catch(this.onerror);
  }
}
