import type { NewsBody, ProcessLink } from '../../backplane/process-link.js';
import { isRequest, type Message, type MessageId } from '../../protocol/json-rpc.js';
import type { Session } from '../../sessions/session.js';
import type { Reply } from '../mcp.transport.js';

const DONE: Promise<unknown> = Promise.resolve();

/**
 * The client of an HTTP+SSE session whose stream is in another process. Messages to it are sent to that process, in
 * order.
 */
export class RemoteConnection implements Reply {
  private tail = DONE;
  /** Functions that release each call's hold on the session. */
  private readonly held = new Map<MessageId, () => void>();

  constructor(
    readonly session: Session,
    private readonly home: string,
    private readonly link: ProcessLink,
  ) {}

  /** Announces that a call has begun here: the process with the stream answers it if this process is lost. */
  began(id: MessageId): void {
    this.held.set(id, this.session.hold());
    // Sent before the client learns that the call was accepted.
    const begun = this.sendNow('sse.began', { id, process: this.link.process });
    this.tail = this.tail.then(() => begun);
  }

  async send(message: Message): Promise<void> {
    const isSent = await this.deliver('sse.message', { message });
    if (!isSent && isRequest(message)) throw new Error('The connection is closed.');
  }

  answer(id: MessageId, message: Message | undefined): void {
    void this.deliver('sse.answer', { id, ...(message && { message }) });
    this.held.get(id)?.();
    this.held.delete(id);
  }

  private deliver(topic: string, body: NewsBody): Promise<boolean> {
    const sent = this.tail.then(() => this.sendNow(topic, body));
    this.tail = sent;
    return sent;
  }

  private async sendNow(topic: string, body: NewsBody): Promise<boolean> {
    const { session, home } = this;
    if (session.closed) return false;
    const isSent = await this.link.deliver(topic, { ...body, session: session.id }, home);
    if (!isSent) session.leave();
    return isSent;
  }
}
