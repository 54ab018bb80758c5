import 'reflect-metadata';
import type { McpVisibility } from '../access/primitive-access.js';
import type { McpCacheHint } from '../primitives/cache-hint.js';

/** A folder of skills: a path (a relative one begins at the working directory of the process), or a `file:` URL. */
export type McpSkillFolder = string | URL;

/** How a skill is declared, beside its folder. */
export interface McpSkillOptions {
  /** OAuth scopes that a caller must hold, all of them; without them the skill is not listed, and its files are refused. */
  scopes?: string[];
  /** Who knows of the skill, beside what the class and the module say. */
  visibility?: McpVisibility;
  /** Names of the servers that offer the skill, instead of those that scan the class's module. */
  servers?: string[];
  /** How long clients of the modern era may keep the entry and the files. Default: the module's `cache`. */
  cache?: McpCacheHint;
}

/** A skill's options with its folder. */
export interface McpSkillDeclaration extends McpSkillOptions {
  readonly folder: McpSkillFolder;
}

const metadataKey = 'nestjs-mcp:skill';

/**
 * Offers a folder with a `SKILL.md` as a skill of the server (extension Skills), with the folders in it. On a class that a module
 * provides: the class's guards, interceptors, filters and `@McpGroup` hold for the skill's files too.
 */
export function McpSkill(folder: McpSkillFolder, options: McpSkillOptions = {}): ClassDecorator {
  return (target) => {
    const declared = Reflect.getOwnMetadata(metadataKey, target) as McpSkillDeclaration[];
    Reflect.defineMetadata(metadataKey, [{ ...options, folder }, ...(declared ?? [])], target);
  };
}

/** The `@McpSkill`s of a class, its own or inherited. */
export function skillDeclarationsOf(host: object): readonly McpSkillDeclaration[] {
  return (Reflect.getMetadata(metadataKey, host) as McpSkillDeclaration[] | undefined) ?? [];
}
