import {
  missingCapabilities,
  missingCapability,
  type McpQuestion,
} from '../context/mcp-question.js';
import { ErrorCode, ProtocolError } from '../errors/protocol.error.js';
import { UnansweredError } from '../errors/unanswered.error.js';
import type { McpTask } from './task.store.js';

type Answer = Readonly<Record<string, unknown>>;

interface OpenQuestion {
  readonly asked: McpQuestion;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (reason: Error) => void;
}

/** The parts of a call that its task needs. */
export interface TaskCall {
  readonly auth?: { readonly subject: string };
  readonly client?: { readonly capabilities: Readonly<Record<string, unknown>> };
  abort(reason: Error): void;
}

/** A task while its work goes on: its status, and the questions that wait for the client. */
export class RunningTask {
  private readonly open = new Map<string, OpenQuestion>();
  private readonly keys = new Set<string>();
  private current: McpTask;
  private isTelling = false;

  constructor(
    first: McpTask,
    private readonly call: TaskCall,
    private readonly changed: (task: McpTask) => void,
  ) {
    this.current = first;
  }

  get state(): McpTask {
    return this.current;
  }

  /** The answer to the call (`CreateTaskResult` of the extension). */
  get handle(): object {
    const { taskId, status, createdAt, lastUpdatedAt, ttlMs, pollIntervalMs } = this.current;
    const times = { createdAt, lastUpdatedAt, ttlMs, pollIntervalMs };
    return { resultType: 'task', taskId, status, ...times };
  }

  /** Ends the task with the outcome of the call's work. */
  follow(outcome: Promise<object>): void {
    outcome.then(
      (result) => this.end({ status: 'completed', result: { resultType: 'complete', ...result } }),
      (reason: unknown) => this.end(toFailure(reason)),
    );
  }

  async ask(question: McpQuestion): Promise<Answer> {
    const key = question.key ?? String(this.keys.size + 1);
    if (this.keys.has(key)) {
      throw new Error(`two questions of this task are named '${key}': give each a key of its own.`);
    }
    this.keys.add(key);
    const missing = missingCapabilities(question.needs, this.call.client?.capabilities);
    if (missing) throw missingCapability(missing);
    if (isOver(this.current)) throw new UnansweredError();
    return new Promise((resolve, reject) => {
      this.open.set(key, { asked: question, resolve, reject });
      this.wait();
    });
  }

  /** Handles the client's answers. Answers without a question, or of the wrong shape, are ignored. */
  answer(given: Readonly<Record<string, unknown>>): void {
    const before = this.open.size;
    for (const [key, question] of this.open) {
      const answer = Object.hasOwn(given, key) ? given[key] : undefined;
      if (!isObject(answer) || !question.asked.accepts(answer)) continue;
      this.open.delete(key);
      question.resolve(answer);
    }
    if (this.open.size < before) this.wait();
  }

  /** Cancels the task on behalf of the client. Has no effect on a task that has ended. */
  cancel(): void {
    this.end({ status: 'cancelled' });
    this.call.abort(new ProtocolError(ErrorCode.internalError, 'The task was cancelled'));
  }

  /** Ends the task on behalf of the server. */
  abort(message: string): void {
    this.call.abort(new ProtocolError(ErrorCode.internalError, message));
  }

  private wait(): void {
    const requests = [...this.open].map(([key, { asked }]) => {
      const { method, params } = asked;
      return [key, { method, params }] as const;
    });
    const { inputRequests: _, ...rest } = this.current;
    this.become(
      requests.length === 0
        ? { ...rest, status: 'working' }
        : { ...rest, status: 'input_required', inputRequests: Object.fromEntries(requests) },
    );
  }

  private end(last: Pick<McpTask, 'status' | 'statusMessage' | 'result' | 'error'>): void {
    if (isOver(this.current)) return;
    const { inputRequests: _, ...rest } = this.current;
    this.become({ ...rest, ...last });
    for (const { reject } of this.open.values()) reject(new UnansweredError());
    this.open.clear();
  }

  /** Several changes in one turn are announced once. */
  private become(next: McpTask): void {
    this.current = { ...next, lastUpdatedAt: new Date().toISOString() };
    if (this.isTelling) return;
    this.isTelling = true;
    queueMicrotask(() => {
      this.isTelling = false;
      this.changed(this.current);
    });
  }
}

/** Whether a task has ended. */
export function isOver({ status }: McpTask): boolean {
  return status !== 'working' && status !== 'input_required';
}

function toFailure(reason: unknown): Pick<McpTask, 'status' | 'statusMessage' | 'error'> {
  const { code, message, data } =
    reason instanceof ProtocolError
      ? reason
      : new ProtocolError(ErrorCode.internalError, 'Internal error');
  return {
    status: 'failed',
    statusMessage: message,
    error: { code, message, ...(data !== undefined && { data }) },
  };
}

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
