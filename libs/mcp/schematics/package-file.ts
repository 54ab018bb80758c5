import type { Tree } from '@angular-devkit/schematics';
import { NodePackageInstallTask } from '@angular-devkit/schematics/tasks/index.js';
import { applyEdits, modify, parse } from 'jsonc-parser';
import library from '../package.json' with { type: 'json' };

/** The fields of an application's `package.json` that are read here. */
export interface PackageFile {
  readonly name?: string;
  readonly version?: string;
  readonly type?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const file = 'package.json';
const needed = ['class-transformer', 'class-validator'] as const;

/** A peer of the library. */
type PeerName = keyof typeof library.peerDependencies;

/** Reads the application's `package.json`; empty if it does not exist. */
export function readPackage(tree: Tree): PackageFile {
  return tree.exists(file) ? (parse(tree.readText(file)) as PackageFile) : {};
}

/** Adds the peers of the library that a new Nest application does not have. Returns the added ones, as `name@range`. */
export function addNeededPackages(tree: Tree): string[] {
  return addPackages(tree, needed);
}

/** Adds missing peers of the library. Returns the added ones, as `name@range`. */
export function addPackages(tree: Tree, names: readonly PeerName[]): string[] {
  if (!tree.exists(file)) return [];
  const added: string[] = [];
  for (const name of names) {
    if (readPackage(tree).dependencies?.[name] !== undefined) continue;
    const range = library.peerDependencies[name].split(' || ').at(-1) ?? '*';
    addDependency(tree, name, range);
    added.push(`${name}@${range}`);
  }
  return added;
}

/**
 * Installs the added packages. The schematics of Angular support npm, yarn and pnpm; Nest's CLI also works with bun.
 */
export function installTask(tree: Tree): NodePackageInstallTask {
  const isBun = ['bun.lock', 'bun.lockb'].some((lock) => tree.exists(lock));
  return new NodePackageInstallTask(isBun ? { packageManager: 'bun' } : {});
}

function addDependency(tree: Tree, name: string, range: string): void {
  const text = tree.readText(file);
  const indent = /^([ \t]+)"/m.exec(text)?.[1] ?? '  ';
  const edits = modify(text, ['dependencies', name], range, {
    formattingOptions: {
      insertSpaces: !indent.startsWith('\t'),
      tabSize: indent.startsWith('\t') ? 1 : indent.length,
      eol: text.includes('\r\n') ? '\r\n' : '\n',
    },
    getInsertionIndex: (names) => {
      const index = names.findIndex((other) => other > name);
      return index < 0 ? names.length : index;
    },
  });
  tree.overwrite(file, applyEdits(text, edits));
}
