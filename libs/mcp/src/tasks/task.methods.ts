import type { FindTargets, Target, TargetTable } from '../access/primitive-access.js';
import type { McpCall } from '../context/mcp-call.js';
import { ErrorCode, ProtocolError } from '../errors/protocol.error.js';
import type { MethodTable } from '../primitives/method-table.js';
import { isOver } from './running-task.js';
import type { TaskManager } from './task.manager.js';
import type { McpTask } from './task.store.js';
import { knowsTasks, tasksMissing } from './tasks-extension.js';

type Params = Readonly<Record<string, unknown>>;

/** The access to the tools of the tasks. */
export interface TaskTools {
  /** Whether any tool may become a task. */
  readonly hasTasks: boolean;
  /** Whether the tool exists for this caller now. Throws `InsufficientScopeError`. */
  admits(tool: string, call: McpCall): Promise<boolean>;
  /** The tool with that name; empty if there is none. */
  named(tool: string): Iterable<Target>;
}

/** `tasks/get`, `tasks/update` and `tasks/cancel` (extension Tasks), only for the caller that began the task. */
export class TaskMethods {
  readonly methods: MethodTable = {
    'tasks/get': async (params, call) => toDetails(await this.find(params, call)),
    'tasks/update': (params, call) => this.update(params, call),
    'tasks/cancel': (params, call) => this.cancel(params, call),
  };
  private readonly findTool: FindTargets = async ({ taskId }, auth) => {
    const task = await this.taskOf(taskId);
    return task && task.owner === auth?.subject ? this.tools.named(task.tool) : [];
  };
  /** A task requires the scopes of its tool. */
  readonly targets: TargetTable = {
    'tasks/get': this.findTool,
    'tasks/update': this.findTool,
    'tasks/cancel': this.findTool,
  };

  constructor(
    private readonly manager: TaskManager,
    private readonly tools: TaskTools,
  ) {}

  /** Whether this server supports the extension. */
  get isOffered(): boolean {
    return this.tools.hasTasks;
  }

  /** Creates tasks of calls. */
  get begin(): TaskManager['begin'] {
    return (call, tool) => this.manager.begin(call, tool);
  }

  /** Registers the listener for changed tasks. */
  onChange(listener: (task: McpTask) => void): void {
    this.manager.onChange(listener);
  }

  private async update(params: Params, call: McpCall): Promise<object> {
    const task = await this.find(params, call);
    const { inputResponses: given } = params;
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      throw new ProtocolError(ErrorCode.invalidParams, 'inputResponses must be an object');
    }
    const running = this.manager.running(task.taskId);
    if (running) running.answer(given as Params);
    else if (!isOver(task) && !(await this.manager.answerElsewhere(task.taskId, given as Params))) {
      throw elsewhere();
    }
    return {};
  }

  private async cancel(params: Params, call: McpCall): Promise<object> {
    const task = await this.find(params, call);
    const running = this.manager.running(task.taskId);
    if (running) running.cancel();
    else if (!isOver(task) && !(await this.manager.cancelElsewhere(task.taskId))) throw elsewhere();
    return {};
  }

  private async find({ taskId }: Params, call: McpCall): Promise<McpTask> {
    if (!knowsTasks(call.client)) throw tasksMissing();
    const task = await this.taskOf(taskId);
    const isOwn = task && task.owner === call.auth?.subject;
    if (isOwn && (await this.tools.admits(task.tool, call))) return task;
    throw new ProtocolError(ErrorCode.invalidParams, 'Unknown or expired task');
  }

  /** The task with that id, of any owner. */
  known(taskId: string): Promise<McpTask | undefined> {
    return this.taskOf(taskId);
  }

  private async taskOf(taskId: unknown): Promise<McpTask | undefined> {
    return typeof taskId === 'string' && taskId.length <= 128
      ? this.manager.get(taskId)
      : undefined;
  }
}

/** A task as its client sees it (`DetailedTask` of the extension). */
export function toDetails(task: McpTask): object {
  const { owner: _, tool: __, ...details } = task;
  return details;
}

function elsewhere(): ProtocolError {
  return new ProtocolError(
    ErrorCode.internalError,
    'The task runs in another instance of the server, or was lost with it: route by Mcp-Name',
  );
}
