type Fields = Readonly<Record<string, unknown>>;

/** A task of the extension Tasks, as the server sends it. */
export interface Task {
  readonly taskId: string;
  readonly status: 'working' | 'input_required' | 'completed' | 'failed' | 'cancelled';
  readonly statusMessage?: string;
  /** Interval in ms between two polls. */
  readonly pollIntervalMs?: number;
  readonly inputRequests?: Readonly<
    Record<string, { readonly method: string; readonly params?: object }>
  >;
  readonly result?: Fields;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

/** Identifier of the extension. */
export const tasksExtension = 'io.modelcontextprotocol/tasks';

const key = 'nestjs-mcp-inspector/task';

/**
 * Rewrites a result of the type `task`, which the MCP client would refuse, so that the task passes. Other messages are
 * unchanged.
 */
export function toKnownResult(text: string): string {
  if (!text.includes('"task"')) return text;
  try {
    const message = JSON.parse(text) as { readonly result?: Fields };
    if (message.result?.['resultType'] !== 'task') return text;
    const { _meta, ...task } = message.result;
    const result = {
      resultType: 'complete',
      content: [],
      _meta: { ...(_meta as Fields), [key]: task },
    };
    return JSON.stringify({ ...message, result });
  } catch {
    return text;
  }
}

/** The task of a call; `undefined` if the call has its result already. */
export function taskOf(result: Fields): Task | undefined {
  return (result['_meta'] as Readonly<Record<string, Task>> | undefined)?.[key];
}
