import type { McpCall, McpSubscriptions } from '../../context/mcp-call.js';
import { ErrorCode, ProtocolError } from '../../errors/protocol.error.js';

/** The resources that one legacy session watches. */
export class SessionSubscriptions {
  private uris: Set<string> | undefined;
  /** The latest call that subscribed: who it is that listens. */
  private by: McpCall | undefined;

  constructor(private readonly max: number) {}

  private add(uri: string): void {
    this.uris ??= new Set();
    if (this.uris.size >= this.max && !this.uris.has(uri)) {
      throw new ProtocolError(
        ErrorCode.invalidRequest,
        `Too many subscriptions (at most ${this.max} per session)`,
      );
    }
    this.uris.add(uri);
  }

  /** Subscribes on behalf of this call. */
  of(call: McpCall): McpSubscriptions {
    return {
      add: (uri) => {
        this.add(uri);
        this.by = call;
      },
      delete: (uri) => this.delete(uri),
    };
  }

  /** Who listens for a change of that resource; `undefined`: nobody. */
  listenerOf(uri: string): McpCall | undefined {
    return this.uris?.has(uri) ? this.by : undefined;
  }

  private delete(uri: string): void {
    this.uris?.delete(uri);
  }
}
