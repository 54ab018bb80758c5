import { posix } from 'node:path';
import type { Rule, SchematicContext, Tree } from '@angular-devkit/schematics';
import { NodePackageInstallTask } from '@angular-devkit/schematics/tasks/index.js';
import { ModuleFile } from './module-file.js';
import { addNeededPackages, readPackage, type PackageFile } from './package-file.js';
import { findRegistration, findRootModule } from './root-module.js';

/** The options of `nest add nestjs-mcp`. */
export interface NestAddOptions {
  readonly sourceRoot?: string;
  readonly module?: string;
}

/** Imports `McpModule` into the root module and adds the packages that it needs. A second run changes nothing. */
export function nestAdd({ sourceRoot = 'src', module }: NestAddOptions): Rule {
  return (tree: Tree, context: SchematicContext) => {
    const name = serverName(readPackage(tree), sourceRoot);
    const done = [register(tree, sourceRoot, module, name)];
    const added = addNeededPackages(tree);
    if (added.length > 0) {
      context.addTask(new NodePackageInstallTask());
      done.push(`package.json has ${added.join(' and ')}: the checks of tool inputs need them.`);
    }
    context.logger.info([...done, '', ...nextSteps(name)].join('\n'));
  };
}

function register(tree: Tree, sourceRoot: string, given: string | undefined, name: string): string {
  const present = findRegistration(tree, sourceRoot);
  if (present !== undefined) return `${present} has McpModule already: nothing was changed there.`;
  const path = findRootModule(tree, sourceRoot, given);
  const file = new ModuleFile(path, tree.readText(path));
  const version = readPackage(tree).version ?? '0.0.1';
  const element = `McpModule.forRoot({ name: '${name}', version: '${version}' })`;
  file.addToMetadata('imports', element);
  file.addImport('McpModule', 'nestjs-mcp');
  tree.overwrite(path, file.text);
  return `${path} imports ${element}.`;
}

/** The name of the project in a monorepo, else of the package, without its scope. */
function serverName({ name }: PackageFile, sourceRoot: string): string {
  const folder = posix.dirname(sourceRoot);
  const full = folder === '.' ? (name ?? 'app') : posix.basename(folder);
  return full.replace(/^@[^/]*\//, '');
}

function nextSteps(name: string): string[] {
  return [
    'What to do next:',
    '  nest g -c nestjs-mcp tool hello     makes a first tool with a test; or put @McpTool on a method that you have',
    '  nest start --watch                  serves it at http://localhost:3000/mcp (behind your port and global prefix)',
    `  npx nestjs-mcp config claude-code --name ${name} --url http://localhost:3000/mcp --write`,
    '                                      connects a client; the server is open to anyone until it has auth or guards',
  ];
}
