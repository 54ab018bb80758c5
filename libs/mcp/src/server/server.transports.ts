import type { LoggerService } from '@nestjs/common';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { authOf } from '../auth/principal.guard.js';
import { defaultLimits, type McpModuleOptions } from '../mcp.options.js';
import { SessionManager, type Session } from '../sessions/session.manager.js';
import type { McpTransport, TransportEntry, TransportHost } from '../transports/mcp.transport.js';

/** The ways into one server, and the sessions that came in by them. */
export class ServerTransports {
  readonly sessions: SessionManager;
  private readonly entries = new Map<McpTransport, TransportEntry>();
  private readonly host: TransportHost;

  /** `connect` binds an engine to whatever comes in. */
  constructor(
    options: McpModuleOptions,
    logger: LoggerService,
    connect: (transport: Transport, session?: Session) => Promise<void>,
  ) {
    const { max = 20_000, maxPerOwner = 1_000, idleTimeout = 1_800_000, eventStore } = options.sessions ?? {};
    this.sessions = new SessionManager({ max, maxPerOwner, idleTimeout });
    this.host = {
      name: options.name,
      sessions: this.sessions,
      eventStore,
      limits: { ...defaultLimits, ...options.limits },
      publicPath: options.publicUrl ? new URL(options.publicUrl).pathname.replace(/\/+$/, '') : '',
      logger,
      authOf,
      connect,
    };
  }

  /** The running side of a configured transport; the same for every asker. */
  entry(transport: McpTransport): TransportEntry {
    let entry = this.entries.get(transport);
    if (!entry) {
      entry = transport.createEntry(this.host);
      this.entries.set(transport, entry);
    }
    return entry;
  }

  async open(): Promise<void> {
    for (const entry of this.entries.values()) await entry.open?.();
  }

  /** Refuses new sessions. */
  drain(): void {
    this.sessions.drain();
    for (const entry of this.entries.values()) entry.drain?.();
  }

  /** Ends every stream and session. */
  async close(): Promise<void> {
    await Promise.all([...this.entries.values()].map((entry) => entry.close()));
    this.sessions.closeAll();
  }
}
