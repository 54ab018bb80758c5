import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { Session } from '../sessions/session.js';
import type { McpTask } from '../tasks/task.store.js';
import type { ModernDoor } from '../transports/mcp.transport.js';
import { CallGate } from './call.gate.js';
import type { EngineSettings } from './engine.settings.js';
import { LegacyEngine } from './legacy/legacy.engine.js';
import { maskErrors } from './masked.methods.js';
import { ModernEngine } from './modern/modern.engine.js';

/** One method table, served to clients of both eras. */
export class McpEngine {
  /** For requests of the modern era. */
  readonly modern: ModernDoor;
  private readonly gate: CallGate;
  private readonly legacyEngine: LegacyEngine;
  private readonly modernEngine: ModernEngine;

  constructor(given: EngineSettings) {
    const settings = { ...given, methods: maskErrors(given.methods, given.logger) };
    this.gate = new CallGate(given.owners.calls);
    this.legacyEngine = new LegacyEngine(settings, this.gate);
    this.modernEngine = new ModernEngine(settings, this.gate);
    this.modern = this.modernEngine;
  }

  /** Serves a legacy client over `transport`, until it closes. */
  connect(transport: Transport, session?: Session): Promise<void> {
    return this.legacyEngine.connect(transport, session);
  }

  /** Tells every client that a list has changed, as far as it wants to hear. */
  listChanged(notification: string): void {
    this.legacyEngine.notifyAll(notification);
    this.modernEngine.subscriptions.listChanged(notification);
  }

  /** Tells every client that has subscribed to the resource that it has changed. */
  resourceUpdated(uri: string): void {
    this.legacyEngine.resourceUpdated(uri);
    this.modernEngine.subscriptions.resourceUpdated(uri);
  }

  /** Tells every client that listens for the task how it is. */
  taskChanged(task: McpTask): void {
    this.modernEngine.subscriptions.taskChanged(task);
  }

  /** Refuses new calls, waits `grace` ms for those in flight, then aborts them; says goodbye on streams of changes. */
  async drain(grace: number): Promise<void> {
    this.modernEngine.subscriptions.closeAll();
    await this.gate.drain(grace);
  }
}
