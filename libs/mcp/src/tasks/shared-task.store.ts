import type { ProcessLink } from '../backplane/process-link.js';
import { readJson } from '../backplane/shared-json.js';
import { ErrorCode } from '../errors/protocol.error.js';
import { sizeOf } from './result-budget.js';
import { isOver } from './running-task.js';
import type { McpTask, McpTaskStore } from './task.store.js';

/** The error of a task or a call whose process is gone. */
export const processLost = 'process_lost';

const BUDGET = 'taskResults';

/**
 * The task store of several processes: each finds the tasks of all, and tasks whose process is gone count as failed.
 */
export class SharedTaskStore implements McpTaskStore {
  /** `maxResults`: the bytes of the finished tasks of all processes. */
  constructor(
    private readonly link: ProcessLink,
    private readonly maxResults: number,
  ) {}

  async save(task: McpTask): Promise<void> {
    const { process } = this.link;
    const key = keyOf(task.taskId);
    const fields = { task: JSON.stringify(task), process };
    await this.link.run(async (link) => {
      if (!(await link.change(key, fields))) await link.create(key, fields, { ttl: task.ttlMs });
      if (!isOver(task)) return;
      const budget = { name: BUDGET, bytes: this.maxResults };
      await link.charge(key, sizeOf(task), budget);
    });
  }

  async get(taskId: string): Promise<McpTask | undefined> {
    return this.link.run(async (link) => {
      const fields = await link.read(keyOf(taskId));
      const task =
        fields?.task === undefined ? undefined : (readJson(fields.task) as McpTask | undefined);
      if (!task) return undefined;
      const { process = '' } = fields ?? {};
      if (isOver(task) || process === this.link.process || (await link.isAlive(process))) {
        return task;
      }
      const lost = toLost(task);
      await link.change(keyOf(taskId), { task: JSON.stringify(lost) });
      return lost;
    });
  }

  async delete(taskId: string): Promise<void> {
    await this.link.run((link) => link.delete(keyOf(taskId), [], BUDGET));
  }
}

/** Whether a task has failed because its process is gone. */
export function isLost({ error }: McpTask): boolean {
  return (error?.data as { reason?: unknown } | undefined)?.reason === processLost;
}

function keyOf(taskId: string): string {
  return `task:${taskId}`;
}

function toLost(last: McpTask): McpTask {
  const { inputRequests: _, ...task } = last;
  const message = 'The process that ran the task is gone';
  const error = { code: ErrorCode.internalError, message, data: { reason: processLost } };
  const lastUpdatedAt = new Date().toISOString();
  return { ...task, status: 'failed', statusMessage: message, lastUpdatedAt, error };
}
