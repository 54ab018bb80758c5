import { signal } from '@preact/signals';
import { client, era, server } from './inspector.js';
import { taskOf, type Task } from '../connection/task-handle.js';
import { followTask } from './follow-task.js';
import { onNews } from './news.js';

type Fields = Readonly<Record<string, unknown>>;

/** A call of a primitive, running or finished. */
export interface Call {
  readonly startedAt: number;
  readonly running: boolean;
  /** Duration in milliseconds; known when the call has ended. */
  readonly took?: number;
  readonly progress?: {
    readonly progress: number;
    readonly total?: number;
    readonly message?: string;
  };
  readonly logs: readonly Fields[];
  /** The task of the call, if the server has created one. */
  readonly task?: Task;
  readonly result?: Fields;
  readonly error?: { readonly code?: number; readonly message: string; readonly data?: unknown };
  cancel(): void;
}

/** The last call of each primitive, by server and primitive. */
export const calls = signal<ReadonlyMap<string, Call>>(new Map());

/** The key of a primitive of the selected server, such as `tools/query_product`. */
export function callKey(primitive: string): string {
  return `${server.value?.name ?? ''} ${primitive}`;
}

/** A call may wait for as long as the user takes to answer its questions. */
const timeout = 2_147_483_647;

/** Metadata of a request: in the modern era each call contains its log level. */
const wantsLogs = { 'io.modelcontextprotocol/logLevel': 'debug' };

/** Runs a request, and stores its outcome under the key. */
export async function run(
  primitive: string,
  method: 'callTool' | 'getPrompt' | 'readResource',
  params: Fields,
): Promise<void> {
  const connected = client.value;
  if (!connected) return;
  const key = callKey(primitive);
  const stop = new AbortController();
  const startedAt = Date.now();
  const begun = performance.now();
  const update = (change: Partial<Call>): void => {
    const known = calls.value.get(key);
    if (known?.startedAt !== startedAt) return;
    calls.value = new Map(calls.value).set(key, { ...known, ...change });
  };
  const first: Call = {
    startedAt,
    running: true,
    logs: [],
    cancel: () => stop.abort('Cancelled.'),
  };
  calls.value = new Map(calls.value).set(key, first);
  const silence = onNews((one) => {
    const known = calls.value.get(key);
    if (one.method === 'notifications/message' && known)
      update({ logs: [...known.logs, one.params] });
  });
  try {
    const options = {
      signal: stop.signal,
      timeout,
      onprogress: (progress: Call['progress']) => update({ progress }),
      ...(method === 'readResource' && { cacheMode: 'bypass' as const }),
    };
    const asked = { ...params, ...(era.value === 'modern' && { _meta: wantsLogs }) };
    const ask = connected[method].bind(connected) as (
      params: unknown,
      options: unknown,
    ) => Promise<Fields>;
    const result = await ask(asked, options);
    const handle = taskOf(result);
    if (handle === undefined) {
      update({ result });
    } else {
      const task = await followTask(connected, handle, {
        signal: stop.signal,
        update: (state) => update({ task: state }),
      });
      if (task.status === 'cancelled') stop.abort();
      stop.signal.throwIfAborted();
      update({
        task,
        ...(task.result && { result: task.result }),
        ...(task.error && { error: task.error }),
      });
    }
  } catch (error) {
    const { code, data, message } = error as { code?: number; data?: unknown; message: string };
    update({
      error: stop.signal.aborted
        ? { message: 'The call was cancelled.' }
        : {
            ...(typeof code === 'number' && { code }),
            message,
            ...(data !== undefined && { data }),
          },
    });
  } finally {
    silence();
    update({ running: false, took: performance.now() - begun });
  }
}
