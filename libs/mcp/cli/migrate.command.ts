import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ExitError } from './exit.error.js';
import { oldPackage } from './migrate/file.imports.js';
import { migrateFile, type MigratedFile } from './migrate/migrate-file.js';
import type { TerminalOutput } from './terminal.output.js';

/** The options of `migrate`. */
export interface MigrateOptions {
  readonly write?: boolean;
  readonly json?: boolean;
}

/** `migrate`: converts the sources below a path from `@rekog/mcp-nest`, and lists what must be changed by hand. */
export function migrate(path: string, options: MigrateOptions, output: TerminalOutput): void {
  if (!existsSync(path)) throw new ExitError(`${path} does not exist.`, 2);
  const files = sourcesBelow(path).flatMap((file) => {
    const before = readFileSync(file, 'utf8');
    if (!before.includes(oldPackage)) return [];
    const after = migrateFile(before);
    if (options.write === true && after.text !== before) writeFileSync(file, after.text);
    const hasChanged = after.text !== before;
    return hasChanged || after.findings.length > 0 ? [{ file, hasChanged, ...after }] : [];
  });
  const left = files.flatMap(({ findings }) => findings.filter(({ isNote }) => !isNote));
  if (options.json === true) {
    output.printJson(
      files.map(({ file, hasChanged, converted, findings }) => ({
        file,
        hasChanged,
        converted,
        findings,
      })),
    );
  } else {
    for (const file of files) print(file, output);
    const count = files.reduce((sum, { converted }) => sum + converted, 0);
    const changed = files.filter(({ hasChanged }) => hasChanged).length;
    const done =
      options.write === true
        ? `${count === 1 ? 'is' : 'are'} converted`
        : 'can be converted: --write does it';
    output.print(
      `${counted(count, 'declaration')} in ${counted(changed, 'file')} ${done}, ${counted(left.length, 'place')} ${left.length === 1 ? 'is' : 'are'} left to do.`,
    );
  }
  if (left.length > 0) throw new ExitError('Something is left to do by hand.');
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function print(
  { file, hasChanged, converted, findings }: MigratedFile & { file: string; hasChanged: boolean },
  output: TerminalOutput,
): void {
  output.print(`${output.bold(file)}  ${hasChanged ? `${converted} converted` : 'as it was'}`);
  for (const { line, text, isNote } of findings) {
    output.print(`  ${file}:${line}  ${isNote ? output.dim(`note: ${text}`) : text}`);
  }
}

function sourcesBelow(path: string): string[] {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    if (/^(?:\..*|node_modules|dist|build|coverage)$/.test(entry.name)) return [];
    const below = join(path, entry.name);
    if (entry.isDirectory()) return sourcesBelow(below);
    return entry.isFile() && /(?<!\.d)\.[cm]?ts$/.test(entry.name) ? [below] : [];
  });
}
