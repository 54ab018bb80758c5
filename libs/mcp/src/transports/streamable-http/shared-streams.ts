import { ErrorCode } from '../../errors/protocol.error.js';
import { toErrorAnswer, type Message, type RequestMessage } from '../../protocol/json-rpc.js';
import type { SessionSharer } from '../../sessions/session-sharer.js';
import type { Session } from '../../sessions/session.js';
import type { SharedEventStore } from '../../sessions/shared-event.store.js';
import { secondStream, sessionNotFound } from '../http/http-refusal.js';
import type { SseStream } from '../http/sse-stream.js';
import { UNREACHABLE } from './post-host.js';
import { findStream, FollowedStream, type FoundStream } from './resumed-elsewhere.js';

/** The streams of one session, shared between the processes of a server. */
export class SharedStreams {
  constructor(
    private readonly session: Session,
    private readonly sharer: SessionSharer,
    /** `undefined` if the application has its own event store, which other processes cannot read. */
    private readonly store: SharedEventStore | undefined,
  ) {}

  /**
   * Makes this process carry the stream of no call. Throws `HttpRefusal` if another process carries it (409), or the
   * session has ended (404).
   */
  async claim(): Promise<void> {
    const holder = await this.sharer.store.listen(this.session.id);
    if (holder === undefined) throw sessionNotFound();
    if (holder !== this.sharer.link.process) throw secondStream();
  }

  /** Releases the stream of no call. */
  release(): void {
    this.sharer.store.stopListening(this.session.id);
  }

  /**
   * Sends a request to the client on the stream of no call that another process carries. Resolves with `false` if there
   * is none. Throws `BackplaneError`.
   */
  async ask(message: Message): Promise<boolean> {
    const { link } = this.sharer;
    const holder = await this.sharer.store.listenerOf(this.session.id);
    if (holder === undefined || holder === link.process) return false;
    const body = { session: this.session.id, message, process: link.process };
    return link.deliver('question.asked', body, holder);
  }

  /** Answers another process that its request cannot reach the client from here. */
  async refuse(message: RequestMessage, process: string): Promise<void> {
    const error = { code: ErrorCode.internalError, message: UNREACHABLE };
    const answer = toErrorAnswer(message.id, error);
    const body = { session: this.session.id, message: answer };
    await this.sharer.link.deliver('question.answered', body, process);
  }

  /** The stream of an event; `undefined` if it is unknown. Throws `BackplaneError`. */
  async find(lastEventId: string): Promise<FoundStream | undefined> {
    return this.store && findStream(this.store, this.session.id, lastEventId);
  }

  /** Makes the process that carried the stream of no call release it. */
  async takeOver(found: FoundStream): Promise<void> {
    await this.tell('stream.resumed', found);
    await this.sharer.store.takeListening(this.session.id);
  }

  /**
   * Writes the remaining events of the call to a connection here. Resolves when the stream has ended. Throws
   * `BackplaneError`.
   */
  async follow(found: FoundStream, sse: SseStream): Promise<void> {
    const { store, session } = this;
    if (!store) return;
    const isHere = found.opened.process === this.sharer.link.process;
    try {
      await this.tell('stream.resumed', found);
      await new FollowedStream(store, session.id, found, sse).follow(isHere);
    } finally {
      sse.end();
      this.sharer.link.announce('stream.lost', { session: session.id, stream: found.id });
    }
  }

  private async tell(topic: string, { id }: FoundStream): Promise<void> {
    await this.sharer.link.publish(topic, { session: this.session.id, stream: id });
  }
}
