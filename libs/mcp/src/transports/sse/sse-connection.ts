import { isRequest, type Message, type MessageId } from '../../protocol/json-rpc.js';
import type { Session } from '../../sessions/session.js';
import type { SseStream } from '../http/sse-stream.js';
import { toFittingJson } from '../fitting-json.js';
import type { Reply } from '../mcp.transport.js';
import type { UnsentBudget } from '../unsent-budget.js';

/** The client of one HTTP+SSE session: all messages to it are sent on the session's one stream. */
export class SseConnection implements Reply {
  constructor(
    readonly session: Session,
    private readonly stream: SseStream,
    private readonly unsent: UnsentBudget,
  ) {
    session.outlet = async (message) => this.send(message);
    session.whenClosed(() => stream.end());
    stream.whenClosed(() => session.close());
  }

  /** Sends the `endpoint` event with the URL for messages. */
  open(endpoint: string): void {
    this.stream.event('endpoint', endpoint);
  }

  send(message: Message): Promise<void> | undefined {
    if (this.write(message)) return this.stream.ready();
    // Only a request must fail if the client is gone.
    return isRequest(message) ? Promise.reject(new Error('The connection is closed.')) : undefined;
  }

  answer(_id: MessageId, answer: Message | undefined): void {
    if (answer) this.write(answer);
  }

  /** Messages to a closed connection are not serialised. */
  private write(message: Message): boolean {
    const { stream } = this;
    return stream.isOpen && stream.event('message', toFittingJson(message, this.unsent));
  }
}
