import { posix } from 'node:path';
import type { Tree } from '@angular-devkit/schematics';
import { parse } from 'jsonc-parser';
import { callsOf, statementsOf, type Statement } from './source-tree.js';

/** The first file with a registration of McpModule to which imports lead from a file on. */
export function findReachable(tree: Tree, from: string): string | undefined {
  const aliases = aliasesOf(tree);
  const seen = new Set([posix.normalize(from)]);
  for (const path of seen) {
    const statements = parsed(tree, path);
    if (registers(statements)) return path;
    const folder = posix.dirname(path);
    for (const specifier of specifiersOf(statements)) {
      const candidates = specifier.startsWith('.')
        ? [posix.join(folder, specifier)]
        : aliases.flatMap((alias) => alias(specifier));
      const found = candidates.flatMap(filesOf).find((file) => tree.exists(file));
      if (found !== undefined) seen.add(found);
    }
  }
  return undefined;
}

/** A file with a registration anywhere below a folder, tests apart. */
export function findAnywhere(tree: Tree, sourceRoot: string): string | undefined {
  const found: string[] = [];
  tree.getDir(sourceRoot).visit((path) => {
    const isSource = path.endsWith('.ts') && !/\/node_modules\/|[.-](?:spec|test)\.ts$/.test(path);
    if (isSource && registers(parsed(tree, path))) found.push(path.slice(1));
  });
  return found[0];
}

function registers(statements: readonly Statement[]): boolean {
  return callsOf(statements, 'McpModule', ['forRoot', 'forRootAsync']).length > 0;
}

/** The statements of a file; none where it cannot be parsed, because it need not be part of the application. */
function parsed(tree: Tree, path: string): readonly Statement[] {
  try {
    return statementsOf(tree.readText(path), path);
  } catch {
    return [];
  }
}

/** What a file loads from elsewhere; types are not loaded. */
function specifiersOf(statements: readonly Statement[]): string[] {
  return statements.flatMap((statement) => {
    if (statement.type === 'ImportDeclaration') {
      return statement.importKind === 'type' ? [] : [statement.source.value];
    }
    const isExport =
      statement.type === 'ExportAllDeclaration' || statement.type === 'ExportNamedDeclaration';
    return isExport && statement.source && statement.exportKind !== 'type'
      ? [statement.source.value]
      : [];
  });
}

/** The files that a path without or with an ending can mean. */
export function filesOf(path: string): string[] {
  const name = path.replace(/\.[jt]s$/, '');
  return [`${name}.ts`, `${name}/index.ts`].map((file) => posix.normalize(file));
}

/** Maps a specifier to paths. */
type Alias = (specifier: string) => string[];

/** The aliases of `tsconfig.json`, and paths from its base on. */
function aliasesOf(tree: Tree): Alias[] {
  const file = 'tsconfig.json';
  const { compilerOptions = {} } = (
    tree.exists(file) ? (parse(tree.readText(file)) ?? {}) : {}
  ) as TypeScriptFile;
  const { baseUrl = '.', paths = {} } = compilerOptions;
  const named = Object.entries(paths).map(([pattern, targets]): Alias => {
    const [before = '', after] = pattern.split('*');
    return (specifier) => {
      const isOwn =
        after === undefined
          ? specifier === before
          : specifier.startsWith(before) && specifier.endsWith(after);
      const middle = specifier.slice(before.length, specifier.length - (after ?? '').length);
      return isOwn
        ? targets.map((to) =>
            posix.join(
              baseUrl,
              to.replace('*', () => middle),
            ),
          )
        : [];
    };
  });
  return [...named, (specifier) => [posix.join(baseUrl, specifier)]];
}

interface TypeScriptFile {
  readonly compilerOptions?: {
    readonly baseUrl?: string;
    readonly paths?: Readonly<Record<string, readonly string[]>>;
  };
}
