import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { McpConfigurationError } from '../errors/configuration.error.js';
import type { McpResourceContents } from '../primitives/content.js';
import { typeOfFile } from './file-type.js';
import { readManifest, type SkillManifest } from './front-matter.js';
import { shownPath } from './skill-folder.js';
import type { TreeFile } from './skill-tree.js';
import { manifestName, skillLimits, toSkillUri } from './skills-extension.js';

/** A file or folder of a skill, as a resource for clients. */
export interface SkillResourceDefinition {
  readonly uri: string;
  readonly name: string;
  readonly description?: string;
  readonly mimeType: string;
  readonly size?: number;
}

/** A file with its content at boot, which is what the server sends. */
export interface SkillFile {
  readonly definition: SkillResourceDefinition;
  readonly contents: McpResourceContents;
  /** `sha256:` and the hash of the bytes. */
  readonly digest: string;
  /** Size in bytes. */
  readonly size: number;
  /** The parsed manifest, for a `SKILL.md`. */
  readonly manifest?: SkillManifest;
}

/** Whether a file is the manifest of a skill. */
export function isManifest({ segments }: TreeFile): boolean {
  return segments.at(-1) === manifestName;
}

/** Reads a file of a skill. Throws `McpConfigurationError`. */
export async function readSkillFile(
  { path, segments }: TreeFile,
  where: string,
): Promise<SkillFile> {
  const bytes = await readBytes(path, where);
  const uri = toSkillUri(segments);
  const name = segments.at(-1) as string;
  const text = toText(bytes);
  const mimeType = typeOfFile(name, text !== undefined);
  const size = bytes.length;
  const manifest = name === manifestName ? await readManifestOf(path, text, where) : undefined;
  const { frontMatter } = manifest ?? {};
  return {
    definition: {
      uri,
      name: frontMatter?.name ?? name,
      ...(frontMatter && { description: frontMatter.description }),
      mimeType,
      size,
    },
    contents:
      text === undefined
        ? { uri, mimeType, blob: bytes.toString('base64') }
        : { uri, mimeType, text },
    digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
    size,
    ...(manifest && { manifest }),
  };
}

/** Throws `McpConfigurationError` for a skill that exceeds the limits of hosts. */
export function checkLimits(files: readonly TreeFile[], folder: string, where: string): void {
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const tooMuch =
    files.length > skillLimits.files
      ? `${files.length} files, and a skill may have ${skillLimits.files}`
      : bytes > skillLimits.bytes
        ? `${bytes} bytes in its files, and a skill may have ${skillLimits.bytes}`
        : undefined;
  if (tooMuch === undefined) return;
  throw new McpConfigurationError(
    where,
    `the skill ${shownPath(folder)} has ${tooMuch}.`,
    'Move what the skill does not need out of its folder, or make two skills of it.',
  );
}

async function readBytes(path: string, where: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new McpConfigurationError(
      where,
      `${shownPath(path)} cannot be read (${(error as NodeJS.ErrnoException).code}).`,
      'Let the process read it.',
    );
  }
}

async function readManifestOf(
  path: string,
  text: string | undefined,
  where: string,
): Promise<SkillManifest> {
  const shown = shownPath(path);
  if (text === undefined) {
    throw new McpConfigurationError(where, `${shown} is not UTF-8.`, 'Save it as UTF-8.');
  }
  return readManifest(text, { path: shown, folder: basename(dirname(path)), where });
}

/**
 * The text of a file; `undefined` if it does not encode to the same bytes again, because hosts compare their digest.
 */
function toText(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
