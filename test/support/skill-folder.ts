import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Skill folders of a test file, and their removal. */
export interface SkillFolders {
  /** Creates a folder with files by their paths in it. Returns its path. */
  make(files: Readonly<Record<string, string | Uint8Array>>): string;
  remove(): void;
}

/** Creates folders of skills that are removed together. */
export function skillFolders(): SkillFolders {
  const root = mkdtempSync(join(tmpdir(), 'skills-'));
  let made = 0;
  return {
    make: (files) => {
      const folder = join(root, `${made++}`);
      for (const [path, content] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), content);
      }
      return folder;
    },
    remove: () => rmSync(root, { recursive: true }),
  };
}

/** A `SKILL.md` with these lines in its front matter, in addition to a name and a description. */
export function skillFile(
  name: string,
  { lines = [] as string[], text = '# Steps\n' } = {},
): string {
  return [
    '---',
    `name: ${name}`,
    `description: What ${name} is for.`,
    ...lines,
    '---',
    '',
    text,
  ].join('\n');
}
