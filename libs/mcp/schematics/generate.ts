import { posix } from 'node:path';
import type { Rule, SchematicContext, Tree } from '@angular-devkit/schematics';
import { ModuleFile } from './module-file.js';
import { findReachable } from './module-graph.js';
import { addPackages, installTask, readPackage } from './package-file.js';
import { findRootModule } from './root-module.js';
import { promptFiles } from './templates/prompt-files.js';
import { resourceFiles } from './templates/resource-files.js';
import { skillFiles } from './templates/skill-files.js';
import { toNames, type GeneratedFiles, type PrimitiveNames } from './templates/names.js';
import { toolFiles } from './templates/tool-files.js';

/** The options of `nest g -c nestjs-mcp tool|resource|prompt|skill`. */
export interface GenerateOptions {
  readonly name: string;
  readonly path?: string;
  readonly sourceRoot?: string;
  readonly language?: string;
  readonly flat?: boolean;
  readonly spec?: boolean;
  readonly specFileSuffix?: string;
  readonly skipImport?: boolean;
}

/** Generates a tool. */
export const tool = (options: GenerateOptions): Rule => generate('tool', toolFiles, options);

/** Generates a resource. */
export const resource = (options: GenerateOptions): Rule =>
  generate('resource', resourceFiles, options);

/** Generates a prompt. */
export const prompt = (options: GenerateOptions): Rule => generate('prompt', promptFiles, options);

/** Generates a skill: its folder, and the class that declares it. */
export const skill = (options: GenerateOptions): Rule => {
  const rule = generate('skill', skillFiles, options);
  return (tree: Tree, context: SchematicContext) => {
    rule(tree, context);
    if (addPackages(tree, ['yaml']).length > 0) context.addTask(installTask(tree));
  };
};

function generate(
  kind: string,
  files: (names: PrimitiveNames) => GeneratedFiles,
  options: GenerateOptions,
): (tree: Tree, context: SchematicContext) => void {
  return (tree, { logger }) => {
    const { sourceRoot = 'src', path = '', flat = false, spec = true, skipImport } = options;
    if (options.language !== undefined && !['ts', 'typescript'].includes(options.language)) {
      throw new Error(`The generators write TypeScript only, not ${options.language}.`);
    }
    const place = posix.join(sourceRoot, path, posix.dirname(options.name));
    const names = toNames(posix.basename(options.name), kind);
    const folder = flat ? place : posix.join(place, names.file);
    const module = skipImport ? undefined : nearestModule(tree, folder);
    const ending = module?.relativeEnding() ?? (readPackage(tree).type === 'module' ? '.js' : '');
    const skillFolder = posix.join(posix.dirname(sourceRoot), 'skills', names.file);
    const made = files({ ...names, ending, skillFolder });
    tree.create(`${folder}/${names.file}.${kind}.ts`, made.provider);
    if (made.input !== undefined) tree.create(`${folder}/${names.file}.input.ts`, made.input);
    for (const [file, text] of Object.entries(made.elsewhere ?? {})) tree.create(file, text);
    const suffix = options.specFileSuffix || 'spec';
    if (spec) tree.create(`${folder}/${names.file}.${kind}.${suffix}.ts`, made.test);
    if (module) {
      const relative = posix.relative(posix.dirname(module.path), folder);
      const from = `./${posix.join(relative, `${names.file}.${kind}${ending}`)}`;
      module.addToMetadata('providers', names.className);
      module.addImport(names.className, from);
      tree.overwrite(module.path, module.text);
    }
    const root = findRootModule(tree, sourceRoot);
    if (root === undefined || findReachable(tree, root) !== undefined) return;
    logger.warn(
      `${root} does not import McpModule, so that nobody is offered this ${kind}: run "nest add nestjs-mcp", or add McpModule.forRoot({ name, version }) to its imports.`,
    );
  };
}

/** The nearest module file above a folder, as Nest's own generators choose it. */
function nearestModule(tree: Tree, folder: string): ModuleFile | undefined {
  for (let place = folder; ; place = posix.dirname(place)) {
    const file = tree.getDir(place).subfiles.find((name) => name.endsWith('.module.ts'));
    if (file !== undefined) {
      const path = posix.join(place, file);
      return new ModuleFile(path, tree.readText(path));
    }
    if (place === '.' || place === '/') return undefined;
  }
}
