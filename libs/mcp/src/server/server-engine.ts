import type { LoggerService } from '@nestjs/common';
import type { CallObserver } from '../engine/call-observer.js';
import { McpEngine } from '../engine/engine.js';
import { UsedStates } from '../engine/modern/used-states.js';
import type { McpModuleOptions } from '../mcp.options.js';
import type { ServerBounds } from './server-limits.js';
import { withPages } from '../primitives/page.js';
import type { MethodSet, MethodTable } from '../primitives/method-table.js';
import { Seal } from '../primitives/seal.js';
import type { TaskMethods } from '../tasks/task.methods.js';
import type { ToolMethods } from '../tools/tool.methods.js';

/** What a server offers, as its engine needs it. */
export interface Offer {
  readonly kinds: readonly MethodSet[];
  readonly tasks: TaskMethods;
  readonly tools: Pick<ToolMethods, 'headersOf'>;
  readonly observers: readonly CallObserver[];
}

/** The engine of one server: the union of what its kinds bring, cut into pages. */
export function createEngine(
  options: McpModuleOptions,
  { kinds, tasks, tools, observers }: Offer,
  { limits, owners }: ServerBounds,
  logger: LoggerService,
): McpEngine {
  const seal = new Seal(options.stateSecret, logger);
  const methods = Object.assign({}, ...kinds.map((kind) => kind.methods)) as MethodTable;
  const engine = new McpEngine({
    identity: identityOf(options),
    instructions: options.instructions,
    methods: withPages(methods, { size: options.pageSize, seal }),
    tasks,
    capabilities: () =>
      Object.assign({ logging: {} }, ...kinds.map((kind) => kind.capabilities())) as Record<
        string,
        object
      >,
    timeout: options.timeout,
    logger,
    seal,
    usedStates: new UsedStates(),
    cache: options.cache,
    limits,
    owners,
    observers,
    headersOf: (tool) => tools.headersOf(tool),
  });
  tasks.onChange((task) => engine.taskChanged(task));
  return engine;
}

function identityOf(options: McpModuleOptions) {
  const { name, version, title, description, websiteUrl, icons } = options;
  return {
    name,
    version,
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(websiteUrl !== undefined && { websiteUrl }),
    ...(icons && { icons }),
  };
}
