import type { LoggerService } from '@nestjs/common';
import type { CallObserver } from '../engine/call-observer.js';
import { McpEngine } from '../engine/engine.js';
import type { ProcessSettings } from '../engine/other-processes.js';
import { UsedStates } from '../engine/modern/used-states.js';
import type { McpModuleOptions } from '../mcp.options.js';
import type { ServerBounds } from './server-limits.js';
import { withPages } from '../primitives/page.js';
import type { MethodSet, MethodTable } from '../primitives/method-table.js';
import { Seal } from '../primitives/seal.js';
import type { SkillMethods } from '../skills/skill.methods.js';
import type { TaskMethods } from '../tasks/task.methods.js';
import type { ToolMethods } from '../tools/tool.methods.js';

/** The primitives and capabilities of a server, as its engine needs them. */
export interface Offer {
  readonly kinds: readonly MethodSet[];
  readonly skills: SkillMethods;
  readonly tasks: TaskMethods;
  readonly tools: Pick<ToolMethods, 'headersOf'>;
  readonly observers: readonly CallObserver[];
  readonly processes: ProcessSettings | undefined;
}

/** Creates the engine of one server from the methods of all its kinds, with paginated lists. */
export function createEngine(
  options: McpModuleOptions,
  { kinds, skills, tasks, tools, observers, processes }: Offer,
  { limits, owners }: ServerBounds,
  logger: LoggerService,
): McpEngine {
  const seal = new Seal(options.stateSecret, logger);
  const methodsOf = (sets: readonly Pick<MethodSet, 'methods'>[]): MethodTable =>
    withPages(Object.assign({}, ...sets.map((set) => set.methods)) as MethodTable, {
      size: options.pageSize === Infinity ? undefined : options.pageSize,
      seal,
      server: options.name,
    });
  const basic = methodsOf(kinds);
  const withSkills = methodsOf([...kinds, skills]);
  const engine = new McpEngine({
    identity: identityOf(options),
    instructions: options.instructions,
    // A server without skills does not have their methods, which is only known after the boot.
    get methods() {
      return skills.isOffered ? withSkills : basic;
    },
    tasks,
    capabilities: () => joinCapabilities([...kinds, skills]),
    timeout: options.timeout,
    logger,
    seal,
    usedStates: new UsedStates(processes?.link),
    cache: options.cache,
    limits,
    owners,
    observers,
    processes,
    headersOf: (tool) => tools.headersOf(tool),
  });
  tasks.onChange((task) => engine.taskChanged(task));
  return engine;
}

/** Merges the capabilities of all kinds. Several of them may declare extensions of the protocol. */
function joinCapabilities(
  sets: readonly Pick<MethodSet, 'capabilities'>[],
): Record<string, object> {
  const all = sets.map((set) => set.capabilities());
  const extensions = Object.assign({}, ...all.map((one) => one.extensions)) as object;
  return Object.assign(
    { logging: {} },
    ...all,
    Object.keys(extensions).length > 0 && { extensions },
  ) as Record<string, object>;
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
