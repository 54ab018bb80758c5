import { lstat, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { McpConfigurationError } from '../errors/configuration.error.js';
import type { McpSkillFolder } from './mcp-skill.decorator.js';
import { shownPath, toPath, triedPlaces } from './skill-folder.js';
import { manifestName } from './skills-extension.js';

/** A file or folder below the root of a tree. */
export interface TreeNode {
  /** The absolute path. */
  readonly path: string;
  /** The names of the path, from the first segment of its URI on. */
  readonly segments: readonly string[];
}

/** A file of a tree. */
export interface TreeFile extends TreeNode {
  readonly size: number;
}

/** The content of a folder of skills, without names that begin with a dot. */
export interface SkillTree {
  readonly root: string;
  readonly directories: readonly TreeNode[];
  readonly files: readonly TreeFile[];
}

/** The most entries of a tree: a folder with more is probably not one of skills. */
const MAX_ENTRIES = 10_000;

/** Names that a client on another system could interpret as a path, or that no URI can express. */
const unsafeName = /[\\\p{Cc}\p{Cs}\uFFFD]/u;

/**
 * Reads the names and sizes below a folder. Links are not followed. The segments of a folder that is a skill itself begin with its own
 * name, those of any other folder with the names in it. Throws `McpConfigurationError`.
 */
export async function readSkillTree(folder: McpSkillFolder, where: string): Promise<SkillTree> {
  const root = toPath(folder);
  const directories: TreeNode[] = [];
  const files: TreeFile[] = [];
  const prefix = (await isFile(join(root, manifestName))) ? [basename(root)] : [];
  if (prefix.length > 0) directories.push({ path: root, segments: prefix });
  const open: TreeNode[] = [{ path: root, segments: prefix }];
  for (let node = open.pop(); node; node = open.pop()) {
    for (const entry of await entriesOf(node.path, folder, where)) {
      const { name } = entry;
      if (name.startsWith('.')) continue;
      const child = { path: join(node.path, name), segments: [...node.segments, name] };
      if (unsafeName.test(name)) throw unsafe(child.path, where);
      if (entry.isDirectory()) {
        directories.push(child);
        open.push(child);
      } else if (entry.isFile()) {
        files.push({ ...child, size: (await lstat(child.path)).size });
      } else {
        throw special(child.path, where);
      }
      if (directories.length + files.length > MAX_ENTRIES) throw tooMany(root, where);
    }
  }
  // Operating systems list names in different orders; errors and listings are sorted.
  return { root, directories: directories.toSorted(byPath), files: files.toSorted(byPath) };
}

function byPath(one: TreeNode, other: TreeNode): number {
  return one.path < other.path ? -1 : 1;
}

async function isFile(path: string): Promise<boolean> {
  return lstat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

async function entriesOf(path: string, folder: McpSkillFolder, where: string) {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    throw new McpConfigurationError(
      where,
      `the folder ${shownPath(path)} cannot be read (${(error as NodeJS.ErrnoException).code})${triedPlaces(folder)}.`,
      `Name a folder with a ${manifestName}, or one that holds such folders, relative to the working directory or to the package of the program, or as a file: URL.`,
    );
  }
}

function unsafe(path: string, where: string): McpConfigurationError {
  return new McpConfigurationError(
    where,
    `the name of ${JSON.stringify(shownPath(path))} holds a backslash, a control character or bytes that are not UTF-8.`,
    'Rename it: a client could take the name for another path.',
  );
}

function special(path: string, where: string): McpConfigurationError {
  return new McpConfigurationError(
    where,
    `${shownPath(path)} is neither a file nor a folder. Links are not followed.`,
    'Put a copy of the file in its place.',
  );
}

function tooMany(root: string, where: string): McpConfigurationError {
  return new McpConfigurationError(
    where,
    `${shownPath(root)} holds more than ${MAX_ENTRIES} files and folders.`,
    'Name the folder that holds the skills alone.',
  );
}
