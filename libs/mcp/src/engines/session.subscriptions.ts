import type { McpSubscriptions } from '../context/mcp-call.js';
import { ErrorCode, ProtocolError } from '../errors/protocol.error.js';

/** The resources that one legacy session watches. */
export class SessionSubscriptions implements McpSubscriptions {
  private uris: Set<string> | undefined;

  constructor(private readonly max: number) {}

  add(uri: string): void {
    this.uris ??= new Set();
    if (this.uris.size >= this.max && !this.uris.has(uri)) {
      throw new ProtocolError(
        ErrorCode.invalidRequest,
        `Too many subscriptions (at most ${this.max} per session)`,
      );
    }
    this.uris.add(uri);
  }

  delete(uri: string): void {
    this.uris?.delete(uri);
  }

  has(uri: string): boolean {
    return this.uris?.has(uri) ?? false;
  }
}
