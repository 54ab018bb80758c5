import { cancelledId, isRequest, type Message } from '../protocol/json-rpc.js';
import type { CallInFlight } from '../sessions/session-attachments.js';
import type { McpTask } from '../tasks/task.store.js';
import type { MessageOrigin, Reply, TransportHost } from '../transports/mcp.transport.js';
import type { CallServer } from './call.js';
import { joinObservers, toObserved, type CallObservation } from './call-observer.js';
import { CallRegistry } from './call.registry.js';
import type { EngineSettings } from './engine-settings.js';
import { LegacyDialect } from './legacy/legacy.dialect.js';
import { ModernDialect } from './modern/modern.dialect.js';

/** Answers the messages of one server's clients from its method table, each in the dialect of its era. */
export class McpEngine implements Pick<TransportHost, 'receive' | 'headersOf'> {
  readonly headersOf: TransportHost['headersOf'];
  private readonly server: CallServer;
  private readonly legacy: LegacyDialect;
  private readonly modern: ModernDialect;

  constructor(settings: EngineSettings) {
    this.headersOf = settings.headersOf;
    const observe = joinObservers(settings.observers ?? []);
    this.server = { settings, registry: new CallRegistry(settings.owners), observe };
    this.legacy = new LegacyDialect(this.server);
    this.modern = new ModernDialect(this.server);
  }

  receive(message: Message, origin: MessageOrigin, reply: Reply): CallInFlight | undefined {
    if (!('method' in message) || message.method !== 'initialize') {
      origin.session?.markInitialized();
    }
    if (isRequest(message)) {
      const dialect = origin.era === 'modern' ? this.modern : this.legacy;
      return dialect.receive(message, origin, reply);
    }
    const observed = 'method' in message ? message : undefined;
    const observation = observed && this.server.observe?.call(toObserved(observed, origin));
    if (observation) this.takeObserved(message, origin, observation);
    else this.take(message, origin);
    return undefined;
  }

  /** Tells every client that a list has changed, as far as it wants to hear. */
  listChanged(notification: string): void {
    this.legacy.notifyAll(notification);
    this.modern.subscriptions.listChanged(notification);
  }

  /** Tells every client that has subscribed to the resource that it has changed. */
  resourceUpdated(uri: string): void {
    this.legacy.resourceUpdated(uri);
    this.modern.subscriptions.resourceUpdated(uri);
  }

  /** Tells every client that listens for the task how it is. */
  taskChanged(task: McpTask): void {
    this.modern.subscriptions.taskChanged(task);
  }

  /** Ends streams of changes, refuses new calls, waits `grace` ms for those in flight, then aborts them. */
  async drain(grace: number): Promise<void> {
    this.modern.subscriptions.closeAll();
    await this.server.registry.drain(grace);
  }

  private takeObserved(
    message: Message,
    origin: MessageOrigin,
    observation: CallObservation,
  ): void {
    const started = performance.now();
    const take = (): void => this.take(message, origin);
    if (observation.run) observation.run(take);
    else take();
    observation.end({ isCancelled: false, duration: performance.now() - started });
  }

  /** Takes a notification, or the answer to a question. */
  private take(message: Message, origin: MessageOrigin): void {
    const cancelled = cancelledId(message);
    if (cancelled === undefined) {
      this.legacy.take(message, origin);
    } else {
      const call = origin.session?.calls.get(cancelled);
      if (call?.kind !== 'handshake') call?.cancel('Cancelled');
    }
  }
}
