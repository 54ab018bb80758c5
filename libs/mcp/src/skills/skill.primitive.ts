import { basename, dirname, sep } from 'node:path';
import { McpConfigurationError } from '../errors/configuration.error.js';
import type { DeclarationErrors } from '../errors/declaration-errors.js';
import type { McpPrimitive } from '../primitives/mcp.primitive.js';
import type { SkillManifest } from './front-matter.js';
import {
  checkLimits,
  isManifest,
  readSkillFile,
  type SkillFile,
  type SkillResourceDefinition,
} from './skill-files.js';
import { shownPath } from './skill-folder.js';
import type { SkillTree, TreeFile, TreeNode } from './skill-tree.js';
import { directoryType, manifestName, toSkillUri } from './skills-extension.js';

/** The content of a folder with a `SKILL.md`. */
export interface LoadedSkill {
  readonly uri: string;
  /** Absolute path. */
  readonly folder: string;
  readonly manifest: SkillManifest;
  readonly files: readonly SkillFile[];
  /** The direct content of the skill's folder and of each folder below, by the URI of the folder. */
  readonly directories: ReadonlyMap<string, readonly SkillResourceDefinition[]>;
}

/** A skill of a server; its definition is the entry of `skills/list` (extension Skills). */
export interface SkillPrimitive
  extends McpPrimitive, Pick<LoadedSkill, 'manifest' | 'files' | 'directories'> {}

/** Reads every skill of a tree, each with all files in its folder. Problems are added to `errors`. */
export async function loadSkills(
  tree: SkillTree,
  where: string,
  errors: DeclarationErrors,
): Promise<LoadedSkill[]> {
  const manifests = tree.files.filter(isManifest);
  if (manifests.length === 0) {
    errors.add(noSkill(tree, where));
    return [];
  }
  const read = new Map<TreeFile, SkillFile>();
  const skills: LoadedSkill[] = [];
  for (const manifest of manifests) {
    const skill = await errors.attempt(async () => {
      const folder = dirname(manifest.path);
      const nodes = tree.files.filter((node) => isWithin(node.path, folder));
      checkLimits(nodes, folder, where);
      for (const node of nodes) {
        if (!read.has(node)) read.set(node, await readSkillFile(node, where));
      }
      return toSkill(folder, manifest, nodes, tree, read);
    });
    if (skill) skills.push(skill);
  }
  return skills;
}

/** Whether a path is below a folder. */
export function isWithin(path: string, folder: string): boolean {
  return path.startsWith(folder + sep);
}

/** The entry of a skill (`Skill` of the extension). */
export function toEntry({ uri, manifest, files }: LoadedSkill): object {
  return {
    uri,
    frontmatter: manifest.frontMatter,
    resources: files.map(({ definition, digest, size }) => ({ uri: definition.uri, digest, size })),
  };
}

function toSkill(
  folder: string,
  manifest: TreeFile,
  nodes: readonly TreeFile[],
  { directories }: SkillTree,
  read: ReadonlyMap<TreeFile, SkillFile>,
): LoadedSkill {
  const own = directories.filter(({ path }) => path === folder || isWithin(path, folder));
  const children = new Map(own.map(({ path }) => [path, [] as SkillResourceDefinition[]]));
  const fileOf = (node: TreeFile): SkillFile => read.get(node) as SkillFile;
  for (const node of nodes) children.get(dirname(node.path))?.push(fileOf(node).definition);
  for (const node of own) children.get(dirname(node.path))?.push(toDirectory(node));
  return {
    uri: toSkillUri(manifest.segments),
    folder,
    manifest: fileOf(manifest).manifest as SkillManifest,
    files: nodes.map(fileOf).toSorted((a, b) => byUri(a.definition, b.definition)),
    directories: new Map(
      own.map(({ path, segments }) => [
        toSkillUri(segments),
        (children.get(path) ?? []).toSorted(byUri),
      ]),
    ),
  };
}

function toDirectory({ segments }: TreeNode): SkillResourceDefinition {
  return {
    uri: toSkillUri(segments),
    name: segments.at(-1) as string,
    mimeType: directoryType,
  };
}

function byUri(one: { readonly uri: string }, other: { readonly uri: string }): number {
  return one.uri < other.uri ? -1 : 1;
}

function noSkill({ root, files }: SkillTree, where: string): McpConfigurationError {
  const similar = files.find(({ path }) => basename(path).toLowerCase() === 'skill.md');
  const found = similar ? ` (${shownPath(similar.path)} is written in another case)` : '';
  return new McpConfigurationError(
    where,
    `there is no ${manifestName} in ${shownPath(root)}${found}.`,
    `Name a folder with a ${manifestName}, or one that holds such folders.`,
  );
}
