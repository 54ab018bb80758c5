import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { Session } from '../../sessions/session.js';
import type { CallGate } from '../call.gate.js';
import type { EngineSettings } from '../engine.settings.js';
import { LegacyConnection, type ConnectionOwner } from './legacy.connection.js';

/** Binds a method table to SDK servers, one a session: revisions 2024-11-05 to 2025-11-25. */
export class LegacyEngine implements ConnectionOwner {
  private readonly connections = new Set<LegacyConnection>();

  constructor(
    readonly settings: EngineSettings,
    readonly gate: CallGate,
  ) {}

  /** Serves what comes in over `transport`, until it closes. */
  async connect(transport: Transport, session?: Session): Promise<void> {
    const connection = new LegacyConnection(this, session);
    this.connections.add(connection);
    await connection.connect(transport);
  }

  /** Tells every client something that belongs to no call. */
  notifyAll(method: string, params?: Record<string, unknown>): void {
    for (const connection of this.connections) void connection.notify(method, params);
  }

  /** Tells the clients that have subscribed to the resource. */
  resourceUpdated(uri: string): void {
    for (const connection of this.connections) void connection.resourceUpdated(uri);
  }

  closed(connection: LegacyConnection): void {
    this.connections.delete(connection);
  }
}
