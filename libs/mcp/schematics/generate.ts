import { posix } from 'node:path';
import type { Rule, Tree } from '@angular-devkit/schematics';
import { ModuleFile } from './module-file.js';
import { readPackage } from './package-file.js';
import { promptFiles } from './templates/prompt-files.js';
import { resourceFiles } from './templates/resource-files.js';
import { toNames, type GeneratedFiles, type PrimitiveNames } from './templates/names.js';
import { toolFiles } from './templates/tool-files.js';

/** The options of `nest g -c nestjs-mcp tool|resource|prompt`. */
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

function generate(
  kind: string,
  files: (names: PrimitiveNames) => GeneratedFiles,
  options: GenerateOptions,
): Rule {
  return (tree: Tree) => {
    const { sourceRoot = 'src', path = '', flat = false, spec = true, skipImport } = options;
    if (options.language !== undefined && !['ts', 'typescript'].includes(options.language)) {
      throw new Error(`The generators write TypeScript only, not ${options.language}.`);
    }
    const place = posix.join(sourceRoot, path, posix.dirname(options.name));
    const names = toNames(posix.basename(options.name), kind);
    const folder = flat ? place : posix.join(place, names.file);
    const module = skipImport ? undefined : nearestModule(tree, folder);
    const ending = module?.relativeEnding() ?? (readPackage(tree).type === 'module' ? '.js' : '');
    const made = files({ ...names, ending });
    tree.create(`${folder}/${names.file}.${kind}.ts`, made.provider);
    tree.create(`${folder}/${names.file}.input.ts`, made.input);
    const suffix = options.specFileSuffix || 'spec';
    if (spec) tree.create(`${folder}/${names.file}.${kind}.${suffix}.ts`, made.test);
    if (!module) return;
    const relative = posix.relative(posix.dirname(module.path), folder);
    const from = `./${posix.join(relative, `${names.file}.${kind}${ending}`)}`;
    module.addToMetadata('providers', names.className);
    module.addImport(names.className, from);
    tree.overwrite(module.path, module.text);
  };
}

/** The module file that lies closest above a folder, as Nest's own generators choose it. */
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
