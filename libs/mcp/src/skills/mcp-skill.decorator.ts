import 'reflect-metadata';
import type { McpVisibility } from '../access/primitive-access.js';
import type { McpCacheHint } from '../primitives/cache-hint.js';

/**
 * A folder of skills: a `file:` URL or a path, relative to the working directory of the process or to the folder of the
 * program's `package.json`.
 */
export type McpSkillFolder = string | URL;

/** Options of `@McpSkill`, besides the folder. */
export interface McpSkillOptions {
  /** OAuth scopes that a caller needs, all of them. Without them the skill is not listed, and its files are refused. */
  scopes?: string[];
  /** Decides which callers see the skill, in addition to the rules of the class and the module. */
  visibility?: McpVisibility;
  /** Names of the servers of the skill, in place of those that scan the class's module. */
  servers?: string[];
  /** How long clients of the modern era may cache the entry and the files. Default: the module's `cache`. */
  cache?: McpCacheHint;
}

/** A skill's options with its folder. */
export interface McpSkillDeclaration extends McpSkillOptions {
  readonly folder: McpSkillFolder;
}

const metadataKey = 'nestjs-mcp:skill';

/**
 * Exposes a folder with a `SKILL.md` as a skill of the server (extension Skills), with its subfolders. Use it on a
 * class that a module provides: the class's guards, interceptors, filters and `@McpGroup` apply to the skill's files
 * too.
 */
export function McpSkill(folder: McpSkillFolder, options: McpSkillOptions = {}): ClassDecorator {
  return (target) => {
    const declared = Reflect.getOwnMetadata(metadataKey, target) as McpSkillDeclaration[];
    Reflect.defineMetadata(metadataKey, [{ ...options, folder }, ...(declared ?? [])], target);
  };
}

/** The `@McpSkill` declarations of a class, its own or inherited. */
export function skillDeclarationsOf(host: object): readonly McpSkillDeclaration[] {
  return (Reflect.getMetadata(metadataKey, host) as McpSkillDeclaration[] | undefined) ?? [];
}
