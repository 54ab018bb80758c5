import type { Client } from '@modelcontextprotocol/client';
import { anything } from '../connection/anything.js';
import { ask, type Question } from '../connection/questions.js';
import type { Task } from '../connection/task-handle.js';

/** Polls a task until it ends, at the requested interval, and answers its questions. */
export async function followTask(
  client: Client,
  begun: Task,
  { signal, update }: { readonly signal: AbortSignal; readonly update: (task: Task) => void },
): Promise<Task> {
  const { taskId } = begun;
  const send = async (method: string, params: object = {}): Promise<unknown> =>
    client.request({ method, params: { taskId, ...params } } as never, anything);
  signal.addEventListener('abort', () => void send('tasks/cancel').catch(() => undefined));
  let task = begun;
  while (task.status === 'working' || task.status === 'input_required') {
    update(task);
    if (task.status === 'input_required') {
      await send('tasks/update', { inputResponses: await answersTo(task) });
    } else {
      await new Promise((resolve) => {
        setTimeout(resolve, task.pollIntervalMs ?? 1_000);
      });
    }
    task = (await send('tasks/get')) as Task;
  }
  return task;
}

async function answersTo({ inputRequests = {} }: Task): Promise<Record<string, unknown>> {
  const answers: Record<string, unknown> = {};
  for (const [key, { method, params = {} }] of Object.entries(inputRequests)) {
    answers[key] =
      method === 'roots/list' ? { roots: [] } : await ask(method as Question['method'], params);
  }
  return answers;
}
