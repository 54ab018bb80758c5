/** Where a task is in its life; the last three are for good. */
export type McpTaskStatus = 'working' | 'input_required' | 'completed' | 'failed' | 'cancelled';

/** A call that has become a task, as it is kept: JSON. */
export interface McpTask {
  readonly taskId: string;
  /** `subject` of who began it; absent: an anonymous caller. */
  readonly owner?: string;
  /** Name of the tool. */
  readonly tool: string;
  readonly status: McpTaskStatus;
  readonly statusMessage?: string;
  /** ISO 8601 */
  readonly createdAt: string;
  /** ISO 8601 */
  readonly lastUpdatedAt: string;
  /** ms from its creation; then it is forgotten. */
  readonly ttlMs: number;
  readonly pollIntervalMs: number;
  /** What the client is asked, by key (`input_required`). */
  readonly inputRequests?: Readonly<Record<string, object>>;
  /** The result of the call (`completed`). */
  readonly result?: object;
  /** The JSON-RPC error that the call ended with (`failed`). */
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

/**
 * Keeps tasks where clients of several instances find them. The work itself stays in the process that began it: answers and
 * cancellation must reach that one, by a backplane, or by a proxy that routes by `Mcp-Name`.
 */
export interface McpTaskStore {
  /** Keeps a task, or its newest state. Resolves when `get` finds it. */
  save(task: McpTask): void | Promise<void>;
  /** `undefined`: unknown. */
  get(taskId: string): McpTask | undefined | Promise<McpTask | undefined>;
  /** The task has expired. A store that forgets by itself, after `ttlMs`, may ignore it. */
  delete(taskId: string): void | Promise<void>;
}
