import type { LoggerService } from '@nestjs/common';
import type { AccessGate } from '../access/access-gate.js';
import { CompletionMethods } from '../completions/completion.methods.js';
import type { BootAdvice } from '../errors/boot-advice.js';
import type { McpModuleOptions } from '../mcp.options.js';
import type { CollectedBytes } from '../primitives/collected-bytes.js';
import { PromptMethods } from '../prompts/prompt.methods.js';
import { ResourceMethods } from '../resources/resource.methods.js';
import { objectSchema } from '../schema/object.schema.js';
import { SkillMethods } from '../skills/skill.methods.js';
import { ToolMethods } from '../tools/tool.methods.js';

/** The settings that the kinds of one server share. */
export interface KindParts {
  readonly logger: LoggerService;
  readonly gate: AccessGate;
  readonly collected: CollectedBytes;
  readonly advice: BootAdvice;
}

/** All kinds of primitives of one server. */
export interface ServerKinds {
  /** The kinds whose primitives are methods. */
  readonly kinds: readonly [ToolMethods, ResourceMethods, PromptMethods, CompletionMethods];
  readonly skills: SkillMethods;
}

/** Creates the kinds of one server, without primitives. */
export function createKinds(
  { routes, schemas }: McpModuleOptions,
  { logger, gate, collected, advice }: KindParts,
): ServerKinds {
  const tools = new ToolMethods(logger, gate, collected, { routes, schemas, advice });
  const resources = new ResourceMethods(logger, gate, collected);
  const prompts = new PromptMethods(logger, gate);
  const sources = { prompt: prompts, resource: resources };
  const completions = new CompletionMethods(logger, gate, sources, advice);
  const skills = new SkillMethods(gate, ({ definition, manifest }, declaration) => {
    const { name, ...options } = definition;
    const { where, access, cache, handler } = declaration;
    resources.add({
      where,
      name,
      options: { ...options, listed: manifest !== undefined, ...(cache && { cache }) },
      input: objectSchema([]),
      handler,
      access,
    });
  });
  return { kinds: [tools, resources, prompts, completions], skills };
}
