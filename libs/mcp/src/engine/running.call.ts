import type {
  McpCall,
  McpClientInfo,
  McpEra,
  McpSessionRef,
  McpSubscriptions,
} from '../context/mcp-call.js';
import type { McpQuestion } from '../context/mcp-question.js';
import { ErrorCode, ProtocolError } from '../errors/protocol.error.js';
import type { McpLogLevel } from '../protocol/log-level.js';
import type { McpAuth } from '../sessions/mcp-auth.js';
import type { RunningTask, TaskCall } from '../tasks/running.task.js';
import type { MessageOrigin } from '../transports/mcp.transport.js';

/** What a call has been told by its client, and what it has done already. */
export type CallMemory = Pick<McpCall, 'ask' | 'once'>;

/** What an engine knows of a call from its connection and its message. */
export interface CallFacts {
  readonly era: McpEra;
  readonly protocolVersion: string;
  readonly client?: McpClientInfo;
  readonly session?: McpSessionRef;
  readonly progressToken?: string | number;
  readonly logLevel?: McpLogLevel;
  readonly where: string;
  readonly send: (method: string, params: Record<string, unknown>) => Promise<void>;
  readonly memory: CallMemory;
  readonly subscriptions?: (call: McpCall) => McpSubscriptions | undefined;
  /** Makes a task of the call; absent where that cannot be. */
  readonly taskOf?: (call: TaskCall, tool: string) => Promise<RunningTask>;
}

/** A call from its arrival to its answer: ends by its result, by a time limit, or because somebody aborts it. */
export class RunningCall implements McpCall {
  private becoming: Promise<void> | undefined;
  private task: RunningTask | undefined;
  private outcome: Promise<object> | undefined;
  private answer: ((handle: object) => void) | undefined;
  private isOwnLimit = false;
  private controller: AbortController | undefined;
  private timer: NodeJS.Timeout | undefined;
  private reject: ((reason: Error) => void) | undefined;
  private abortReason: Error | undefined;
  private ended = false;

  constructor(
    private readonly origin: MessageOrigin,
    private readonly facts: CallFacts,
  ) {}

  get era(): McpEra {
    return this.facts.era;
  }

  get protocolVersion(): string {
    return this.facts.protocolVersion;
  }

  get client(): McpClientInfo | undefined {
    return this.facts.client;
  }

  get session(): McpSessionRef | undefined {
    return this.facts.session;
  }

  get progressToken(): string | number | undefined {
    return this.facts.progressToken;
  }

  get logLevel(): McpLogLevel | undefined {
    return this.facts.logLevel;
  }

  get where(): string {
    return this.facts.where;
  }

  get request(): object {
    return this.origin.request;
  }

  get beginTask(): ((tool: string) => Promise<void>) | undefined {
    const { taskOf } = this.facts;
    return taskOf && ((tool) => (this.becoming ??= this.becomeTask(taskOf(this, tool))));
  }

  get auth(): McpAuth | undefined {
    return this.origin.auth;
  }

  get response(): object | undefined {
    return this.origin.response;
  }

  get subscriptions(): McpSubscriptions | undefined {
    return this.facts.subscriptions?.(this);
  }

  get signal(): AbortSignal {
    if (!this.controller) {
      this.controller = new AbortController();
      if (this.abortReason) this.controller.abort(this.abortReason);
    }
    return this.controller.signal;
  }

  /** `isDefault`: nobody has said it of this primitive, so that it holds until the client has an answer, not for a task. */
  limitTime(timeout: number, isDefault = false): void {
    clearTimeout(this.timer);
    this.isOwnLimit = !isDefault;
    this.timer = setTimeout(() => {
      this.abort(
        new ProtocolError(ErrorCode.internalError, `${this.where} timed out after ${timeout} ms`),
      );
    }, timeout);
    this.timer.unref();
  }

  async notify(method: string, params: Record<string, unknown>): Promise<void> {
    if (this.ended || this.abortReason || this.task) return;
    await this.facts.send(method, params).catch(() => undefined);
  }

  closeStream(): void {
    this.origin.closeStream?.();
  }

  ask(question: McpQuestion): Promise<Readonly<Record<string, unknown>>> {
    return this.task ? this.task.ask(question) : this.facts.memory.ask(question);
  }

  once<T>(key: string, work: () => T | Promise<T>): Promise<T> {
    return this.facts.memory.once(key, work);
  }

  /** Answers with the outcome of `work`, with the reason of an abort, or with the handle of a task, whichever is first. */
  run(work: (call: McpCall) => Promise<object>): Promise<object> {
    if (this.abortReason) return Promise.reject(this.abortReason);
    const outcome = new Promise<object>((resolve, reject) => {
      this.reject = reject;
      work(this).then(
        (result) => resolve(this.end(result)),
        (error: Error) => reject(this.end(error)),
      );
    });
    if (!this.facts.taskOf) return outcome;
    this.outcome = outcome;
    return new Promise((resolve, reject) => {
      this.answer = resolve;
      outcome.then(resolve, reject);
    });
  }

  /** Calls back once nothing runs any more: at once, or at the end of the task that the call has become. */
  whenOver(callback: () => void): void {
    if (this.task) void this.outcome?.catch(() => undefined).finally(callback);
    else callback();
  }

  /** Ends the call: its signal is aborted, and its caller, where one still listens, reads `reason`. */
  abort(reason: Error): void {
    if (this.ended || this.abortReason) return;
    this.abortReason = reason;
    clearTimeout(this.timer);
    this.controller?.abort(reason);
    this.reject?.(reason);
  }

  private async becomeTask(beginning: Promise<RunningTask>): Promise<void> {
    this.task = await beginning;
    if (!this.isOwnLimit) clearTimeout(this.timer);
    if (this.outcome) this.task.follow(this.outcome);
    this.answer?.(this.task.handle);
  }

  private end<T>(outcome: T): T {
    this.ended = true;
    clearTimeout(this.timer);
    return outcome;
  }
}
