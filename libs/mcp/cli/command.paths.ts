import { statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';

/** A path of a command, as it was given and from the root on. */
export interface ResolvedPath {
  readonly given: string;
  readonly whole: string;
}

/**
 * The words of a command with the whole paths of the files that they name, `--option=path` included: a client starts the
 * command in a folder of its own.
 */
export function withWholePaths(words: readonly string[]): {
  readonly words: readonly string[];
  readonly resolved: readonly ResolvedPath[];
} {
  const resolved: ResolvedPath[] = [];
  const written = words.map((word, index) => {
    const [, option = '', given = ''] = /^(-[^=]*=)?([^]*)$/.exec(word) ?? [];
    // The first word without a slash is looked for in the PATH, whatever the folder holds.
    if (!namesFile(given) || (index === 0 && !given.includes('/'))) return word;
    const whole = resolve(given);
    resolved.push({ given, whole });
    return option + whole;
  });
  return { words: written, resolved };
}

/** Node also finds `dist/main.js` as `dist/main`, and the entry of a folder. */
function namesFile(path: string): boolean {
  if (path === '' || path.startsWith('-') || isAbsolute(path)) return false;
  const isPath = path.includes('/') || path.includes('\\');
  return isFile(path) || (isPath && (exists(path) || isFile(`${path}.js`)));
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
