import { existsSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { McpSkillFolder } from './mcp-skill.decorator.js';

/**
 * The absolute path of a folder. A relative one that is not under the working directory is looked for beside the
 * `package.json` of the program: whoever starts a program over stdio chooses its working directory.
 */
export function toPath(folder: McpSkillFolder): string {
  const path = resolve(typeof folder === 'string' ? folder : fileURLToPath(folder));
  const beside = isRelative(folder) && !existsSync(path) ? programPackage() : undefined;
  const other = beside === undefined ? path : resolve(beside, String(folder));
  return existsSync(other) ? other : path;
}

/** Where a folder that does not exist was looked for, for messages; empty if it has one place only. */
export function triedPlaces(folder: McpSkillFolder): string {
  if (!isRelative(folder) || existsSync(toPath(folder))) return '';
  const here = `in ${process.cwd()} (the working directory)`;
  const beside = programPackage();
  return beside === undefined || beside === process.cwd()
    ? `: it is not ${here}`
    : `: it is neither ${here} nor in ${beside} (the package of the program)`;
}

/** A path relative to the working directory, for messages. */
export function shownPath(path: string): string {
  return relative(process.cwd(), path) || '.';
}

function isRelative(folder: McpSkillFolder): boolean {
  return typeof folder === 'string' && !isAbsolute(folder);
}

/** The folder of the nearest `package.json` above the main file of the program. */
function programPackage(): string | undefined {
  const [, main] = process.argv;
  if (main === undefined) return undefined;
  // Package managers start programs by links in folders of their own.
  let folder = dirname(existsSync(main) ? realpathSync(main) : resolve(main));
  while (!existsSync(join(folder, 'package.json'))) {
    const above = dirname(folder);
    if (above === folder) return undefined;
    folder = above;
  }
  return folder;
}
