/** The status of a task; the last three are final. */
export type McpTaskStatus = 'working' | 'input_required' | 'completed' | 'failed' | 'cancelled';

/** A task as it is stored, as JSON. */
export interface McpTask {
  readonly taskId: string;
  /** The `subject` of the caller that began it; absent for an anonymous caller. */
  readonly owner?: string;
  /** The name of the tool. */
  readonly tool: string;
  readonly status: McpTaskStatus;
  readonly statusMessage?: string;
  /** ISO 8601 */
  readonly createdAt: string;
  /** ISO 8601 */
  readonly lastUpdatedAt: string;
  /** Time in ms after its creation after which it is deleted. */
  readonly ttlMs: number;
  readonly pollIntervalMs: number;
  /** The questions to the client, by key (`input_required`). */
  readonly inputRequests?: Readonly<Record<string, object>>;
  /** The result of the call (`completed`). */
  readonly result?: object;
  /** The JSON-RPC error of the call (`failed`). */
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

/**
 * Stores tasks where all instances of the application can read them. The work itself stays in the process that began
 * it: answers and cancellations must reach that process, by a backplane, or by a proxy that routes by `Mcp-Name`.
 */
export interface McpTaskStore {
  /** Saves a task, or its newest state. Resolves when `get` returns it. */
  save(task: McpTask): void | Promise<void>;
  /** The task with that id; `undefined` if it is unknown. */
  get(taskId: string): McpTask | undefined | Promise<McpTask | undefined>;
  /** Called when the task has expired. A store that deletes tasks by itself after `ttlMs` may ignore it. */
  delete(taskId: string): void | Promise<void>;
}
