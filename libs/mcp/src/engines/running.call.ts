import type {
  McpCall,
  McpClientInfo,
  McpEra,
  McpLogLevel,
  McpSessionRef,
  McpSubscriptions,
} from '../context/mcp-call.js';
import type { McpQuestion } from '../context/mcp-question.js';
import { ErrorCode, ProtocolError } from '../errors/protocol.error.js';
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
  readonly era: McpEra;
  readonly protocolVersion: string;
  readonly client?: McpClientInfo;
  readonly session?: McpSessionRef;
  readonly progressToken?: string | number;
  readonly logLevel?: McpLogLevel;
  readonly where: string;
  readonly request: object;
  private readonly send: CallFacts['send'];
  private memory: CallMemory;
  private readonly subscriptionsOf: CallFacts['subscriptions'];
  readonly beginTask?: (tool: string) => Promise<void>;
  private task: Promise<void> | undefined;
  private outcome: Promise<object> | undefined;
  private answer: ((handle: object) => void) | undefined;
  private isOwnLimit = false;
  private controller: AbortController | undefined;
  private timer: NodeJS.Timeout | undefined;
  private reject: ((reason: Error) => void) | undefined;
  private abortReason: Error | undefined;
  private ended = false;
  private isAnswered = false;

  constructor(
    private readonly origin: MessageOrigin,
    facts: CallFacts,
  ) {
    this.era = facts.era;
    this.protocolVersion = facts.protocolVersion;
    this.client = facts.client;
    this.session = facts.session;
    this.progressToken = facts.progressToken;
    this.logLevel = facts.logLevel;
    this.where = facts.where;
    this.send = facts.send;
    this.memory = facts.memory;
    this.subscriptionsOf = facts.subscriptions;
    this.request = origin.request;
    const { taskOf } = facts;
    if (taskOf) {
      this.beginTask = (tool) => (this.task ??= this.becomeTask(taskOf(this, tool)));
    }
  }

  get auth(): McpAuth | undefined {
    return this.origin.auth;
  }

  get response(): object | undefined {
    return this.origin.response;
  }

  get subscriptions(): McpSubscriptions | undefined {
    return this.subscriptionsOf?.(this);
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
    if (this.ended || this.abortReason || this.isAnswered) return;
    await this.send(method, params).catch(() => undefined);
  }

  closeStream(): void {
    this.origin.closeStream?.();
  }

  ask(question: McpQuestion): Promise<Readonly<Record<string, unknown>>> {
    return this.memory.ask(question);
  }

  once<T>(key: string, work: () => T | Promise<T>): Promise<T> {
    return this.memory.once(key, work);
  }

  /** Answers with the outcome of `work`, with the reason of an abort, or with the handle of a task, whichever is first. */
  run(work: (call: McpCall) => Promise<object>): Promise<object> {
    const outcome = new Promise<object>((resolve, reject) => {
      this.reject = reject;
      if (this.abortReason) reject(this.abortReason);
      else work(this).then(resolve, reject);
    }).finally(() => {
      this.ended = true;
      clearTimeout(this.timer);
    });
    if (!this.beginTask) return outcome;
    this.outcome = outcome;
    return new Promise((resolve, reject) => {
      this.answer = resolve;
      outcome.then(resolve, reject);
    });
  }

  /** Calls back once nothing runs any more: at once, or at the end of the task that the call has become. */
  whenOver(callback: () => void): void {
    if (this.isAnswered) void this.outcome?.catch(() => undefined).finally(callback);
    else callback();
  }

  /** Ends the call: its signal is aborted, and its caller, where one still listens, reads `reason`. */
  abort(reason: Error): void {
    if (this.ended || this.abortReason) return;
    this.abortReason = reason;
    this.controller?.abort(reason);
    this.reject?.(reason);
  }

  private async becomeTask(beginning: Promise<RunningTask>): Promise<void> {
    const task = await beginning;
    this.memory = {
      ask: async (question) => task.ask(question),
      once: this.memory.once.bind(this.memory),
    };
    if (!this.isOwnLimit) clearTimeout(this.timer);
    this.isAnswered = true;
    if (this.outcome) task.follow(this.outcome);
    this.answer?.(task.handle);
  }
}
