import {
  PerRequestHTTPServerTransport,
  type JSONRPCRequest,
  type MessageClassification,
} from '@modelcontextprotocol/server';
import type { Message } from '../transports/json-rpc.js';
import type { ModernSink } from '../transports/mcp.transport.js';

/**
 * One exchange of the modern era. An SDK server binds itself to the modern revisions only through the class that this one extends;
 * what it sends goes to the sink, not into a web `Response`.
 */
export class ModernTransport extends PerRequestHTTPServerTransport {
  private early = false;
  private over = false;

  constructor(
    private readonly given: MessageClassification,
    private readonly sink: ModernSink,
  ) {
    super({ classification: given });
  }

  /** Hands the request to the connected server. What it refuses at once, it refuses before anything has run. */
  receive(message: JSONRPCRequest): void {
    this.early = true;
    try {
      this.onmessage?.(message, { classification: this.given });
    } finally {
      this.early = false;
    }
  }

  override async send(message: object): Promise<void> {
    if (this.over) return;
    const isAnswer = !('method' in message);
    this.sink.send(message as Message, this.early);
    if (isAnswer) await this.close();
  }

  override async close(): Promise<void> {
    if (this.over) return;
    this.over = true;
    this.onclose?.();
  }
}
