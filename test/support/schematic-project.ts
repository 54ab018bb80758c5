import { posix } from 'node:path';
import type { SchematicContext, Tree } from '@angular-devkit/schematics';
import { nestAdd } from '../../libs/mcp/schematics/main.js';
import type { NestAddOptions } from '../../libs/mcp/schematics/nest-add.js';

/** The root module of a new project. */
export const appModule = `import { Module } from '@nestjs/common';
import { AppService } from './app.service';

@Module({
  providers: [AppService],
})
export class AppModule {}
`;

/** The files of a project in memory: Jest on Node 20 cannot load the package that has Angular's own tree. */
export function treeOf(given: Record<string, string>): Tree {
  const files = new Map(Object.entries(given).map(([path, text]) => [posix.normalize(path), text]));
  const readText = (path: string): string => files.get(posix.normalize(path)) ?? '';
  const write = (path: string, text: string): void => void files.set(posix.normalize(path), text);
  const tree = {
    exists: (path: string) => files.has(posix.normalize(path)),
    readText,
    readJson: (path: string) => JSON.parse(readText(path)) as unknown,
    create: write,
    overwrite: write,
    getDir: (folder: string) => ({
      subfiles: [...files.keys()]
        .filter((path) => posix.dirname(path) === posix.normalize(folder))
        .map((path) => posix.basename(path)),
      visit: (visitor: (path: string) => void) => {
        for (const path of files.keys()) if (path.startsWith(`${folder}/`)) visitor(`/${path}`);
      },
    }),
  };
  // Paths of the tree may begin with a slash.
  return new Proxy(tree, {
    get: (target, name: keyof typeof tree) => (path: string, text: string) =>
      target[name](path.replace(/^\//, ''), text),
  }) as unknown as Tree;
}

/** A task that installs packages. */
interface InstallTask {
  packageManager?: string;
}

/** Runs `nest add`: the lines that the user reads, and the tasks that were left for after it. */
export function add(
  tree: Tree,
  options: NestAddOptions = {},
): { lines: string[]; tasks: InstallTask[] } {
  const lines: string[] = [];
  const tasks: InstallTask[] = [];
  const context = {
    logger: { info: (text: string) => lines.push(...text.split('\n')) },
    addTask: (task: InstallTask) => tasks.push(task),
  } as unknown as SchematicContext;
  void nestAdd(options)(tree, context);
  return { lines, tasks };
}
