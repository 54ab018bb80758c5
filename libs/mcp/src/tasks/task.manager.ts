import { randomUUID } from 'node:crypto';
import type { LoggerService } from '@nestjs/common';
import { ErrorCode, ProtocolError } from '../errors/protocol.error.js';
import type { ProcessLink } from '../backplane/process-link.js';
import { InMemoryTaskStore } from './in-memory-task.store.js';
import { ResultBudget } from './result-budget.js';
import { isObject, isOver, RunningTask, type TaskCall } from './running-task.js';
import { SharedTaskStore } from './shared-task.store.js';
import type { McpTask, McpTaskStore } from './task.store.js';

/** Limits and storage of tasks. */
export interface McpTaskOptions {
  /** The task store. Default: in memory, or with a backplane its shared storage. */
  store?: McpTaskStore;
  /** Time in ms after its creation after which a task is ended and deleted. Default 1,800,000 (half an hour). */
  ttl?: number;
  /** Time in ms that clients should wait between two polls. Default 1,000. */
  pollInterval?: number;
  /** The most tasks in this process, finished ones included. Default 10,000. */
  max?: number;
  /** The most tasks of one subject; all anonymous callers share one limit. Default 1,000. */
  maxPerOwner?: number;
}

interface Kept {
  readonly owner: string | undefined;
  readonly timer: NodeJS.Timeout;
  /** Set until its end is in the store. */
  running?: RunningTask;
  saving: Promise<void>;
}

/** The tasks of one server: creates them, finds them, and deletes them. */
export class TaskManager {
  private readonly settings: Required<McpTaskOptions>;
  private readonly kept = new Map<string, Kept>();
  private readonly owned = new Map<string | undefined, number>();
  private readonly results: ResultBudget;
  private listener: (task: McpTask) => void = () => undefined;

  constructor(
    options: McpTaskOptions | undefined,
    private readonly logger: LoggerService,
    /** The bytes of all finished tasks together. */
    maxResults = Infinity,
    /** The link to the other processes of the server. */
    private readonly link?: ProcessLink,
  ) {
    this.results = new ResultBudget(maxResults, (taskId) => this.expire(taskId));
    const {
      ttl = 1_800_000,
      pollInterval = 1_000,
      max = 10_000,
      maxPerOwner = 1_000,
    } = options ?? {};
    const own = link ? new SharedTaskStore(link, maxResults) : new InMemoryTaskStore();
    this.settings = { store: options?.store ?? own, ttl, pollInterval, max, maxPerOwner };
    link?.on('task.answered', ({ taskId, given }) => {
      if (isObject(given)) this.running(String(taskId))?.answer(given);
    });
    link?.on('task.cancelled', ({ taskId }) => this.running(String(taskId))?.cancel());
  }

  /** Registers the listener for changed tasks. */
  onChange(listener: (task: McpTask) => void): void {
    this.listener = listener;
  }

  /** Creates the task of a call. Resolves when it is in the store. Throws `ProtocolError` if a limit is reached. */
  async begin(call: TaskCall, tool: string): Promise<RunningTask> {
    const { store, ttl, pollInterval } = this.settings;
    const owner = call.auth?.subject;
    this.assertRoom(owner);
    const now = new Date().toISOString();
    const first: McpTask = {
      taskId: randomUUID(),
      ...(owner !== undefined && { owner }),
      tool,
      status: 'working',
      createdAt: now,
      lastUpdatedAt: now,
      ttlMs: ttl,
      pollIntervalMs: pollInterval,
    };
    const { taskId } = first;
    const task = new RunningTask(first, call, (state) => this.changed(state));
    const timer = setTimeout(() => this.expire(taskId), ttl);
    timer.unref();
    this.kept.set(taskId, { owner, timer, running: task, saving: Promise.resolve() });
    this.owned.set(owner, (this.owned.get(owner) ?? 0) + 1);
    try {
      await store.save(first);
    } catch (error) {
      this.forget(taskId);
      throw error;
    }
    return task;
  }

  /** The current state of a task; `undefined` if it is unknown or has expired. */
  async get(taskId: string): Promise<McpTask | undefined> {
    const task = this.running(taskId)?.state ?? (await this.settings.store.get(taskId));
    // Clocks of processes differ: a shared store expires tasks by itself.
    const isFresh = this.link || (task && Date.parse(task.createdAt) + task.ttlMs > Date.now());
    return isFresh ? task : undefined;
  }

  /**
   * Passes the client's answers to the process in which the task runs. Resolves with `false` if there is no other
   * process.
   */
  answerElsewhere(taskId: string, given: Readonly<Record<string, unknown>>): Promise<boolean> {
    return this.link?.publish('task.answered', { taskId, given }) ?? Promise.resolve(false);
  }

  /** Lets the process in which the task runs cancel it. Resolves with `false` if there is no other process. */
  cancelElsewhere(taskId: string): Promise<boolean> {
    return this.link?.publish('task.cancelled', { taskId }) ?? Promise.resolve(false);
  }

  /** The task, if its work goes on in this process. */
  running(taskId: string): RunningTask | undefined {
    return this.kept.get(taskId)?.running;
  }

  /** Ends tasks that wait for an answer, which cannot come any more. */
  drain(): void {
    for (const { running } of this.kept.values()) {
      if (running?.state.status === 'input_required') running.abort('The server is shutting down');
    }
  }

  /** Resolves when every task is saved, after `grace` ms at the latest. */
  async close(grace: number): Promise<void> {
    const kept = [...this.kept.values()];
    for (const { timer } of kept) clearTimeout(timer);
    let deadline: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      deadline = setTimeout(resolve, grace);
    });
    await Promise.race([Promise.all(kept.map(({ saving }) => saving)), limit]);
    clearTimeout(deadline);
  }

  private assertRoom(owner: string | undefined): void {
    const { max, maxPerOwner } = this.settings;
    if (this.kept.size < max && (this.owned.get(owner) ?? 0) < maxPerOwner) return;
    throw new ProtocolError(ErrorCode.internalError, 'Too many tasks: try again later');
  }

  private changed(state: McpTask): void {
    const { taskId } = state;
    const kept = this.kept.get(taskId);
    if (!kept) return;
    const fitting = isOver(state) ? this.results.add(state) : state;
    kept.saving = this.save(kept, fitting);
    this.listener(fitting);
    // Announced after it is saved, because other processes read it from the store.
    if (this.link) void kept.saving.then(() => this.link?.announce('news.task', { taskId }));
  }

  /** Saves states in order. Never rejects: an end that cannot be saved stays readable in this process. */
  private async save(kept: Kept, state: McpTask): Promise<void> {
    await kept.saving;
    if (!this.kept.has(state.taskId)) return;
    try {
      await this.settings.store.save(state);
      if (isOver(state)) kept.running = undefined;
    } catch (error) {
      this.logger.error(`a task of ${state.tool} was not saved: ${String(error)}`);
    }
  }

  private expire(taskId: string): void {
    const kept = this.kept.get(taskId);
    if (!kept) return;
    this.forget(taskId);
    kept.running?.abort('The task has expired');
    void kept.saving
      .then(() => this.settings.store.delete(taskId))
      .catch((error: unknown) => this.logger.error(`a task was not deleted: ${String(error)}`));
  }

  private forget(taskId: string): void {
    const kept = this.kept.get(taskId);
    if (!kept) return;
    clearTimeout(kept.timer);
    this.results.delete(taskId);
    this.kept.delete(taskId);
    const left = (this.owned.get(kept.owner) ?? 1) - 1;
    if (left > 0) this.owned.set(kept.owner, left);
    else this.owned.delete(kept.owner);
  }
}
