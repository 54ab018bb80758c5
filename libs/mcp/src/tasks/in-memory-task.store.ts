import type { McpTask, McpTaskStore } from './task.store.js';

/** The default task store: in this process, gone with it. How many tasks there are is bounded by `tasks.max`. */
export class InMemoryTaskStore implements McpTaskStore {
  readonly #tasks = new Map<string, McpTask>();

  save(task: McpTask): void {
    this.#tasks.set(task.taskId, task);
  }

  get(taskId: string): McpTask | undefined {
    return this.#tasks.get(taskId);
  }

  delete(taskId: string): void {
    this.#tasks.delete(taskId);
  }
}
