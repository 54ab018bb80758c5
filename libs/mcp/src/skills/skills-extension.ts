/** Extension of the protocol by which servers offer skills: Skills (SEP-2640). */
export const skillsExtension = 'io.modelcontextprotocol/skills';

/** The file that makes a folder a skill. */
export const manifestName = 'SKILL.md';

/** What every host accepts of one skill: the number of its files, and their bytes together. */
export const skillLimits = { files: 512, bytes: 16 * 1024 * 1024 } as const;

/** The type of a folder among resources. */
export const directoryType = 'inode/directory';

/** The URI of a file or folder by its path, from the first segment of the skill's own path on. */
export function toSkillUri(segments: readonly string[]): string {
  return `skill://${segments.map(encodeURIComponent).join('/')}`;
}
