import { posix } from 'node:path';
import type { Tree } from '@angular-devkit/schematics';
import { callsOf, statementsOf } from './source-tree.js';

const creators = ['create', 'createMicroservice', 'createApplicationContext'];

/** The file of the application's root module: the one in the `NestFactory` call of `main.ts`, else `app.module.ts`. */
export function findRootModule(tree: Tree, sourceRoot: string, given: string | undefined): string {
  const candidates =
    given === undefined
      ? [...modulesOfMain(tree, `${sourceRoot}/main.ts`), `${sourceRoot}/app.module.ts`]
      : [posix.normalize(given)];
  const found = candidates.find((path) => tree.exists(path));
  if (found !== undefined) return found;
  throw new Error(
    `No root module was found (looked for ${candidates.join(', ')}). ` +
      'Name its file: nest add nestjs-mcp --module src/root.module.ts. ' +
      "Or import McpModule.forRoot({ name, version }) of 'nestjs-mcp' there by hand.",
  );
}

/** The file below a folder that already registers McpModule. */
export function findRegistration(tree: Tree, sourceRoot: string): string | undefined {
  const found: string[] = [];
  tree.getDir(sourceRoot).visit((path) => {
    if (!path.endsWith('.ts') || path.includes('/node_modules/')) return;
    const text = tree.readText(path);
    if (!text.includes('McpModule')) return;
    const calls = callsOf(statementsOf(text, path), 'McpModule', ['forRoot', 'forRootAsync']);
    const isTest = /\.(e2e-)?(spec|test)\.ts$/.test(path);
    if (calls.length > 0 && !isTest) found.push(path.slice(1));
  });
  return found[0];
}

function modulesOfMain(tree: Tree, main: string): string[] {
  if (!tree.exists(main)) return [];
  const statements = statementsOf(tree.readText(main), main);
  const names = callsOf(statements, 'NestFactory', creators).map((call) => call.arguments[0]?.name);
  return statements.flatMap((statement) => {
    if (statement.type !== 'ImportDeclaration') return [];
    const isRoot = statement.specifiers.some(({ local }) => names.includes(local.name));
    return isRoot ? filesOf(statement.source.value, posix.dirname(main)) : [];
  });
}

function filesOf(specifier: string, folder: string): string[] {
  const path = specifier.startsWith('.') ? posix.join(folder, specifier) : specifier;
  return [`${path.replace(/\.js$/, '')}.ts`];
}
