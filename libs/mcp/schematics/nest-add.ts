import { posix } from 'node:path';
import type { Rule, SchematicContext, Tree } from '@angular-devkit/schematics';
import { ModuleFile } from './module-file.js';
import { findAnywhere, findReachable } from './module-graph.js';
import { addNeededPackages, installTask, readPackage, type PackageFile } from './package-file.js';
import { needRootModule } from './root-module.js';
import { projectOf } from './workspace-file.js';

/** The options of `nest add nestjs-mcp`. */
export interface NestAddOptions {
  readonly sourceRoot?: string;
  readonly module?: string;
}

/** Imports `McpModule` into the root module and adds the required packages. A second run changes nothing. */
export function nestAdd({ sourceRoot = 'src', module }: NestAddOptions): Rule {
  return (tree: Tree, context: SchematicContext) => {
    const name = serverName(readPackage(tree), sourceRoot);
    const done = register(tree, sourceRoot, module, name);
    const added = addNeededPackages(tree);
    if (added.length > 0) {
      context.addTask(installTask(tree));
      done.push(`package.json has ${added.join(' and ')}: the checks of tool inputs need them.`);
    }
    context.logger.info([...done, '', ...nextSteps(name, projectOf(tree, sourceRoot))].join('\n'));
  };
}

/** Registers the module where the root module does not lead to a registration. Returns what was done. */
function register(
  tree: Tree,
  sourceRoot: string,
  given: string | undefined,
  name: string,
): string[] {
  const path = needRootModule(tree, sourceRoot, given);
  const present = findReachable(tree, path);
  if (present !== undefined)
    return [`${present} has McpModule already: nothing was changed there.`];
  const elsewhere = findAnywhere(tree, sourceRoot);
  const file = new ModuleFile(path, tree.readText(path));
  const version = readPackage(tree).version ?? '0.0.1';
  const element = `McpModule.forRoot({ name: '${name}', version: '${version}' })`;
  file.addToMetadata('imports', element);
  file.addImport('McpModule', 'nestjs-mcp');
  tree.overwrite(path, file.text);
  return [
    `${path} imports ${element}.`,
    ...(elsewhere === undefined
      ? []
      : [`${elsewhere} has McpModule too, but ${path} does not lead there.`]),
  ];
}

/** The name of the project in a monorepo, else of the package, without its scope. */
function serverName({ name }: PackageFile, sourceRoot: string): string {
  const folder = posix.dirname(sourceRoot);
  const full = folder === '.' ? (name ?? 'app') : posix.basename(folder);
  return full.replace(/^@[^/]*\//, '');
}

function nextSteps(name: string, project: string | undefined): string[] {
  const generate = `nest g -c nestjs-mcp tool hello${project === undefined ? '' : ` --project ${project}`}`;
  const start = `nest start ${project === undefined ? '' : `${project} `}--watch`;
  const width = generate.length;
  return [
    'What to do next:',
    `  ${generate}     makes a first tool with a test; or put @McpTool on a method that you have`,
    `  ${start.padEnd(width)}     serves it at http://localhost:3000/mcp (behind your port and global prefix)`,
    `  npx nestjs-mcp config claude-code --name ${name} --url http://localhost:3000/mcp --write`,
    `  ${''.padEnd(width)}     connects a client; the server is open to anyone until it has auth or guards`,
  ];
}
