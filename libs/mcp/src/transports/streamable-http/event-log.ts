import type { LoggerService } from '@nestjs/common';
import type { EventStore } from '../../sessions/event.store.js';
import { SharedEventStore } from '../../sessions/shared-event.store.js';
import { ExpiryQueue } from '../../sessions/expiry-queue.js';

/** A call that runs on while its stream has no connection. */
export interface AwaitedCall {
  /** Called when the client has not resumed the stream in time. */
  giveUp(): void;
}

/** Settings of an event log. */
export interface EventLogSettings {
  readonly eventStore: EventStore;
  /** ms */
  readonly resumeTimeout: number;
  readonly logger: LoggerService;
}

/** The most ended streams that are tracked; beyond them the oldest are forgotten early. */
const MOST_ANSWERED = 100_000;

/**
 * The stored events of streams, and the time limit for resuming them: that of a running call, and that of one that was
 * answered.
 */
export class EventLog {
  readonly store: EventStore;
  /** The same store, if other processes read it. */
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

  /** Starts the time limit of a call whose stream has lost its connection. */
  left(call: AwaitedCall): void {
    this.awaited.add(call);
  }

  /** Stops the time limit: the stream has a connection again, or the call has ended. */
  returned(call: AwaitedCall): void {
    this.awaited.delete(call);
  }

  /** Records that everything has been sent on this stream. */
  answered(streamId: string): void {
    this.shared?.ended(streamId);
    this.answeredStreams.add(streamId);
  }

  /** Deletes the events of a session that has ended. */
  forgetSession(sessionId: string): void {
    this.attempt(() => this.store.forgetSession?.(sessionId));
  }

  /** Stops all time limits at shutdown. */
  stop(): void {
    this.awaited.clear();
    this.answeredStreams.clear();
  }

  private attempt(work: () => void | Promise<void>): void {
    (async () => work())().catch(this.onerror);
  }
}
