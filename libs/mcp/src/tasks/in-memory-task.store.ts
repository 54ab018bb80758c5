import { isOver } from './running-task.js';
import type { McpTask, McpTaskStore } from './task.store.js';

/** The default task store, in the memory of this process. It is limited by `tasks.max` and `limits.taskResults`. */
export class InMemoryTaskStore implements McpTaskStore {
  private readonly running = new Map<string, McpTask>();
  /** Stored as JSON, so that a result takes no more memory than is counted. */
  private readonly finished = new Map<string, Buffer>();

  save(task: McpTask): void {
    const { taskId } = task;
    if (!isOver(task)) {
      this.running.set(taskId, task);
      return;
    }
    this.running.delete(taskId);
    this.finished.set(taskId, Buffer.from(JSON.stringify(task)));
  }

  get(taskId: string): McpTask | undefined {
    const json = this.finished.get(taskId);
    return json ? (JSON.parse(json.toString()) as McpTask) : this.running.get(taskId);
  }

  delete(taskId: string): void {
    this.running.delete(taskId);
    this.finished.delete(taskId);
  }
}
