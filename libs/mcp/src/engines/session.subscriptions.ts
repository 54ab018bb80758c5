import type { McpSubscriptions } from '../context/mcp-call.js';
import { ErrorCode, ProtocolError } from '../errors/protocol.error.js';

/** The resources that one legacy session watches. */
export class SessionSubscriptions implements McpSubscriptions {
  private uris: Set<string> | undefined;
  /** As its client was when it subscribed last. */
  private isKnown: ((uri: string) => Promise<boolean>) | undefined;

  constructor(private readonly max: number) {}

  add(uri: string, isKnown: (uri: string) => Promise<boolean>): void {
    this.uris ??= new Set();
    if (this.uris.size >= this.max && !this.uris.has(uri)) {
      throw new ProtocolError(
        ErrorCode.invalidRequest,
        `Too many subscriptions (at most ${this.max} per session)`,
      );
    }
    this.uris.add(uri);
    this.isKnown = isKnown;
  }

  delete(uri: string): void {
    this.uris?.delete(uri);
  }

  /** Whether the client is to be told of a change. */
  async hears(uri: string): Promise<boolean> {
    if (this.uris?.has(uri) !== true) return false;
    return (await this.isKnown?.(uri).catch(() => false)) === true;
  }
}
