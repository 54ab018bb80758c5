import { BackplaneError } from '../backplane/backplane.error.js';
import type {
  McpCall,
  McpClientInfo,
  McpSessionRef,
  McpSubscriptions,
} from '../context/mcp-call.js';
import type { McpQuestion } from '../context/mcp-question.js';
import { ClientGoneError } from '../errors/client-gone.error.js';
import { ErrorCode, ProtocolError } from '../errors/protocol.error.js';
import { maskError } from '../errors/public-error.js';
import type { McpMethod } from '../primitives/method-table.js';
import type { McpEra } from '../protocol/era.js';
import { toErrorAnswer, type Message, type RequestMessage } from '../protocol/json-rpc.js';
import type { McpLogLevel } from '../protocol/log-level.js';
import type { CallInFlight } from '../sessions/session-attachments.js';
import type { RunningTask, TaskCall } from '../tasks/running-task.js';
import type { MessageOrigin, Reply } from '../transports/mcp.transport.js';
import { AbortableRequest } from './abortable-request.js';
import {
  toEnd,
  type CallObservation,
  type CallObserver,
  type ObservedCall,
} from './call-observer.js';
import type { CallRegistry } from './call.registry.js';
import type { EngineSettings } from './engine-settings.js';

/** The settings that all calls of one server share. */
export interface CallServer {
  readonly settings: EngineSettings;
  readonly registry: CallRegistry;
  readonly observe: CallObserver | undefined;
  /** Additional methods, which are not part of the protocol. */
  readonly further: ReadonlyMap<string, McpMethod>;
}

/**
 * One request of a client, from its arrival to its answer, in the dialect of its era. It ends with its result, by a
 * time limit, by cancellation, or by becoming a task that goes on after the answer. Handlers see it as `McpContext`.
 */
export abstract class Call
  extends AbortableRequest
  implements McpCall, CallInFlight, TaskCall, ObservedCall
{
  abstract readonly era: McpEra;
  abstract readonly protocolVersion: string;
  abstract readonly client: McpClientInfo | undefined;
  abstract readonly session: McpSessionRef | undefined;
  abstract readonly logLevel: McpLogLevel | undefined;
  abstract readonly subscriptions: McpSubscriptions | undefined;
  protected observation: CallObservation | undefined;
  private outcome: Promise<object> | undefined;
  private becoming: Promise<void> | undefined;
  private task: RunningTask | undefined;
  private handOver: ((handle: object) => void) | undefined;
  private isAnswered = false;
  private started = 0;
  private cause: unknown;
  private errorId: string | undefined;

  constructor(
    protected readonly server: CallServer,
    message: RequestMessage,
    origin: MessageOrigin,
    private readonly reply: Reply,
  ) {
    super(message, origin);
  }

  get kind(): CallInFlight['kind'] {
    return 'call';
  }

  get beginTask(): ((tool: string) => Promise<void>) | undefined {
    const begin = this.taskBeginner();
    return begin && ((tool) => (this.becoming ??= this.becomeTask(begin(tool))));
  }

  /** Runs the method and sends its answer. Returns whether the call has no answer yet. */
  start(method: McpMethod): boolean {
    const { observe, registry, settings } = this.server;
    if (observe) {
      this.observation = observe.call(this);
      this.started = performance.now();
    }
    this.origin.session?.calls.set(this.id, this);
    try {
      this.uncount = registry.add(this);
    } catch (error) {
      this.answer(toErrorAnswer(this.id, error as ProtocolError));
      return false;
    }
    if (settings.timeout !== undefined && this.kind === 'call') {
      this.limitTime(settings.timeout, true);
    }
    const { observation } = this;
    void (observation?.run ? observation.run(() => this.run(method)) : this.run(method));
    return !this.isAnswered;
  }

  async notify(method: string, params: Record<string, unknown>): Promise<void> {
    if (this.isSettled || this.abortReason || this.task) return;
    try {
      await this.relay({ jsonrpc: '2.0', method, params });
    } catch {
      // The client is gone, or the reported value is not JSON. Neither ends the call.
    }
  }

  /** Sends a message that belongs to this call, before its answer. */
  relay(message: Message): Promise<void> | undefined {
    return this.isAnswered ? undefined : this.reply.send(message);
  }

  closeStream(): void {
    this.origin.closeStream?.();
  }

  async ask(question: McpQuestion): Promise<Readonly<Record<string, unknown>>> {
    return this.task ? this.task.ask(question) : this.askClient(question);
  }

  abstract once<T>(key: string, work: () => T | Promise<T>): Promise<T>;

  failed(error: unknown, errorId?: string): void {
    this.cause = error;
    this.errorId = errorId;
  }

  cancel(reason: string): void {
    if (this.isAnswered) return;
    this.abort(new ProtocolError(ErrorCode.internalError, reason));
    this.answer(undefined);
  }

  /** Sends a request to the client. */
  protected abstract askClient(question: McpQuestion): Promise<Readonly<Record<string, unknown>>>;

  /** Runs the method in the way of the era. */
  protected abstract perform(method: McpMethod): Promise<object>;

  /** Adds the fields of every result of the era. */
  protected complete(result: object): object {
    return result;
  }

  /** The function that turns the call into a task; `undefined` if the client or the method does not support tasks. */
  protected taskBeginner(): ((tool: string) => Promise<RunningTask>) | undefined {
    return undefined;
  }

  private async run(method: McpMethod): Promise<void> {
    try {
      const result = this.complete(await this.settle(method));
      this.answer({ jsonrpc: '2.0', id: this.id, result } as Message);
    } catch (error) {
      this.answer(toErrorAnswer(this.id, error as ProtocolError));
    } finally {
      const { registry } = this.server;
      if (this.task) void this.outcome?.catch(() => undefined).finally(() => registry.delete(this));
      else registry.delete(this);
    }
  }

  /** Settles with the outcome of the method, the reason of an abort, or the handle of a task, whichever is first. */
  private settle(method: McpMethod): Promise<object> {
    const outcome = new Promise<object>((resolve, reject) => {
      this.reject = reject;
      this.invoke(method).then(
        (result) => resolve(this.end(result)),
        (error: Error) => reject(this.end(error)),
      );
    });
    if (!this.taskBeginner()) return outcome;
    this.outcome = outcome;
    return new Promise((resolve, reject) => {
      this.handOver = resolve;
      outcome.then(resolve, reject);
    });
  }

  /** Runs the method. Rejects with a `ProtocolError` only: other errors are logged under an id. */
  private async invoke(method: McpMethod): Promise<object> {
    try {
      return await this.perform(method);
    } catch (error) {
      this.cause = error;
      if (error instanceof ProtocolError) throw error;
      if (error instanceof BackplaneError) throw error.toProtocolError();
      const text = maskError(error, this.server.settings.logger, this.where);
      throw new ProtocolError(ErrorCode.internalError, text);
    }
  }

  private answer(answer: Message | undefined): void {
    if (this.isAnswered) return;
    this.isAnswered = true;
    const calls = this.origin.session?.calls;
    if (calls?.get(this.id) === this) calls.delete(this.id);
    this.reply.answer(this.id, answer, false);
    const end = toEnd(answer);
    this.observation?.end({
      ...end,
      isCancelled: end.isCancelled || this.abortReason instanceof ClientGoneError,
      cause: this.cause,
      ...(this.errorId !== undefined && { errorId: this.errorId }),
      duration: performance.now() - this.started,
    });
  }

  private async becomeTask(beginning: Promise<RunningTask>): Promise<void> {
    this.task = await beginning;
    if (!this.isOwnLimit) this.stopTimer();
    if (this.outcome) this.task.follow(this.outcome);
    this.handOver?.(this.task.handle);
  }
}
