import { ErrorCode } from '../errors/protocol.error.js';
import type { McpTask } from './task.store.js';

interface Finished {
  readonly owner: string | undefined;
  readonly bytes: number;
}

/** The approximate size in bytes of a finished task besides its JSON. */
const OVERHEAD = 512;

/**
 * Limits the memory of all finished tasks of one server. If it is exceeded, the owner whose tasks use the most loses
 * its oldest finished task first.
 */
export class ResultBudget {
  /** Oldest first. */
  private readonly finished = new Map<string, Finished>();
  private readonly perOwner = new Map<string | undefined, number>();
  private total = 0;

  /** `max` is in bytes; `forget` deletes a task. */
  constructor(
    readonly max: number,
    private readonly forget: (taskId: string) => void,
  ) {}

  /**
   * Adds a finished task and makes room for it. Returns the task to store: if its result is larger than the whole
   * budget, it is replaced by an error that says so.
   */
  add(state: McpTask): McpTask {
    const bytes = sizeOf(state);
    if (bytes <= this.max) {
      this.record(state, bytes);
      return state;
    }
    const { result: _, error: __, ...rest } = state;
    const message = `The result is larger than this server may keep (limits.taskResults: ${this.max} bytes)`;
    return {
      ...rest,
      status: 'failed',
      statusMessage: message,
      error: { code: ErrorCode.internalError, message },
    };
  }

  delete(taskId: string): void {
    const finished = this.finished.get(taskId);
    if (!finished) return;
    this.finished.delete(taskId);
    this.count(finished.owner, -finished.bytes);
  }

  private record({ taskId, owner }: McpTask, bytes: number): void {
    this.delete(taskId);
    this.finished.set(taskId, { owner, bytes });
    this.count(owner, bytes);
    while (this.total > this.max && this.finished.size > 1) this.forget(this.next(taskId));
  }

  /** The task to delete next; never the newest one if there is another. */
  private next(newest: string): string {
    const [[heaviest]] = [...this.perOwner].toSorted(([, a], [, b]) => b - a) as [
      [string | undefined, number],
    ];
    const ids = [...this.finished].filter(([id]) => id !== newest);
    const own = ids.find(([, { owner }]) => owner === heaviest) ?? ids[0];
    return own?.[0] ?? newest;
  }

  private count(owner: string | undefined, bytes: number): void {
    this.total += bytes;
    const left = (this.perOwner.get(owner) ?? 0) + bytes;
    if (left > 0) this.perOwner.set(owner, left);
    else this.perOwner.delete(owner);
  }
}

/** The bytes of a finished task. */
export function sizeOf(state: object): number {
  return Buffer.byteLength(JSON.stringify(state)) + OVERHEAD;
}
