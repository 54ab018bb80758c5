import { posix } from 'node:path';
import type { Tree } from '@angular-devkit/schematics';
import { filesOf } from './module-graph.js';
import { callsOf, statementsOf } from './source-tree.js';

const creators = ['create', 'createMicroservice', 'createApplicationContext'];

/** The file of the application's root module: the one in the `NestFactory` call of `main.ts`, else `app.module.ts`. */
export function findRootModule(tree: Tree, sourceRoot: string): string | undefined {
  return candidatesOf(tree, sourceRoot).find((path) => tree.exists(path));
}

/** The same, or the file that the user has named. Throws an `Error` with a remedy where there is none. */
export function needRootModule(tree: Tree, sourceRoot: string, given: string | undefined): string {
  const candidates =
    given === undefined ? candidatesOf(tree, sourceRoot) : [posix.normalize(given)];
  const found = candidates.find((path) => tree.exists(path));
  if (found !== undefined) return found;
  throw new Error(
    `No root module was found (looked for ${candidates.join(', ')}). ` +
      'Name its file: nest add nestjs-mcp --module src/root.module.ts. ' +
      "Or import McpModule.forRoot({ name, version }) of 'nestjs-mcp' there by hand.",
  );
}

function candidatesOf(tree: Tree, sourceRoot: string): string[] {
  return [...modulesOfMain(tree, `${sourceRoot}/main.ts`), `${sourceRoot}/app.module.ts`];
}

function modulesOfMain(tree: Tree, main: string): string[] {
  if (!tree.exists(main)) return [];
  const statements = statementsOf(tree.readText(main), main);
  const names = callsOf(statements, 'NestFactory', creators).map((call) => call.arguments[0]?.name);
  return statements.flatMap((statement) => {
    if (statement.type !== 'ImportDeclaration') return [];
    const isRoot = statement.specifiers.some(({ local }) => names.includes(local.name));
    if (!isRoot) return [];
    const { value } = statement.source;
    return filesOf(value.startsWith('.') ? posix.join(posix.dirname(main), value) : value);
  });
}
