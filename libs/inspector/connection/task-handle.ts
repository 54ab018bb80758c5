type Fields = Readonly<Record<string, unknown>>;

/** A task of the extension Tasks, as the server describes it. */
export interface Task {
  readonly taskId: string;
  readonly status: 'working' | 'input_required' | 'completed' | 'failed' | 'cancelled';
  readonly statusMessage?: string;
  /** ms between two looks at it. */
  readonly pollIntervalMs?: number;
  readonly inputRequests?: Readonly<
    Record<string, { readonly method: string; readonly params?: object }>
  >;
  readonly result?: Fields;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

/** The extension, as clients and servers declare it. */
export const tasksExtension = 'io.modelcontextprotocol/tasks';

const key = 'nestjs-mcp-inspector/task';

/** The MCP client knows no result of the type `task`: puts the task where it lets it through. Other messages stay as they are. */
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

/** The task that a call has become; `undefined`: the call has its result already. */
export function taskOf(result: Fields): Task | undefined {
  return (result['_meta'] as Readonly<Record<string, Task>> | undefined)?.[key];
}
