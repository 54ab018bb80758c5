import type { McpMethod } from '../primitives/method-table.js';
import { cancelledId, isRequest, type Message } from '../protocol/json-rpc.js';
import { lowerScheme } from '../protocol/uri-scheme.js';
import type { CallInFlight } from '../sessions/session-attachments.js';
import type { Session } from '../sessions/session.js';
import { isLost } from '../tasks/shared-task.store.js';
import type { McpTask } from '../tasks/task.store.js';
import type { MessageOrigin, Reply, TransportHost } from '../transports/mcp.transport.js';
import type { CallServer } from './call.js';
import { joinObservers, toObserved, type CallObservation } from './call-observer.js';
import { CallRegistry } from './call.registry.js';
import type { EngineSettings } from './engine-settings.js';
import { LegacyDialect } from './legacy/legacy.dialect.js';
import { ModernDialect } from './modern/modern.dialect.js';
import { cancel, OtherProcesses, type EngineDoors } from './other-processes.js';

/** Answers the messages of one server's clients from its method table, each in the dialect of its era. */
export class McpEngine implements Pick<TransportHost, 'receive' | 'prepare' | 'headersOf'> {
  readonly headersOf: TransportHost['headersOf'];
  private readonly further = new Map<string, McpMethod>();
  private readonly server: CallServer;
  private readonly legacy: LegacyDialect;
  private readonly modern: ModernDialect;
  private readonly others: OtherProcesses | undefined;

  constructor(settings: EngineSettings) {
    this.headersOf = settings.headersOf;
    const observe = joinObservers(settings.observers ?? []);
    const { further } = this;
    this.server = { settings, registry: new CallRegistry(settings.owners), observe, further };
    this.legacy = new LegacyDialect(this.server);
    this.modern = new ModernDialect(this.server);
    const { processes, tasks } = settings;
    this.others = processes && new OtherProcesses(processes, this.doors(tasks));
  }

  /** Adds a method that is not part of the protocol, for every caller that the guards accept. */
  addMethod(name: string, method: McpMethod): void {
    this.further.set(name, method);
  }

  prepare(): Promise<void> {
    return this.legacy.prepare();
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

  /** Attaches a session that began in another process: its client receives notifications from here on. */
  attach(session: Session): void {
    this.legacy.attach(session);
  }

  /** Notifies every client that receives such notifications of a changed list. */
  listChanged(notification: string): void {
    this.tellListChanged(notification);
    this.others?.listChanged(notification);
  }

  /** Notifies every client that has subscribed to the resource of its change. */
  resourceUpdated(uri: string): void {
    this.tellResourceUpdated(uri);
    this.others?.resourceUpdated(uri);
  }

  /** Notifies every client that listens to the task of its state. */
  taskChanged(task: McpTask): void {
    this.modern.subscriptions.taskChanged(task);
  }

  /** Ends subscription streams, refuses new calls, waits `grace` ms for those in flight, then aborts them. */
  async drain(grace: number): Promise<void> {
    this.modern.subscriptions.closeAll();
    await this.server.registry.drain(grace);
  }

  private tellListChanged(notification: string): void {
    this.legacy.notifyAll(notification);
    this.modern.subscriptions.listChanged(notification);
  }

  private tellResourceUpdated(uri: string): void {
    const key = lowerScheme(uri);
    this.legacy.resourceUpdated(key);
    this.modern.subscriptions.resourceUpdated(key);
  }

  /** Notifies the clients that listen to a task of another process of its state, if `test` accepts it as new. */
  private tellTask(
    taskId: string,
    tasks: EngineSettings['tasks'],
    test: (task: McpTask) => boolean,
  ): void {
    const { subscriptions } = this.modern;
    if (!subscriptions.listensFor(taskId)) return;
    tasks.known(taskId).then(
      (task) => task && test(task) && subscriptions.taskChanged(task),
      // The shared state cannot be reached: the client gets the state of the task when it requests it.
      () => undefined,
    );
  }

  private doors(tasks: EngineSettings['tasks']): EngineDoors {
    return {
      listChanged: (notification) => this.tellListChanged(notification),
      resourceUpdated: (uri) => this.tellResourceUpdated(uri),
      taskChanged: (taskId) => this.tellTask(taskId, tasks, () => true),
      processLeft: () => {
        const { watchedTasks } = this.modern.subscriptions;
        for (const taskId of watchedTasks) this.tellTask(taskId, tasks, isLost);
      },
      answered: (session, message) => this.legacy.answered(session, message),
    };
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

  /** Handles a notification, or the answer to a question. */
  private take(message: Message, origin: MessageOrigin): void {
    const { session } = origin;
    const cancelled = cancelledId(message);
    if (cancelled === undefined) {
      if (!session || !this.others?.forward(session, message)) this.legacy.take(message, origin);
      return;
    }
    const call = session?.calls.get(cancelled);
    if (call) cancel(call);
    else if (session) this.others?.cancelled(session, cancelled);
  }
}
