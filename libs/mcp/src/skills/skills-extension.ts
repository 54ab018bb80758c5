/** Identifier of the extension Skills (SEP-2640). */
export const skillsExtension = 'io.modelcontextprotocol/skills';

/** The name of a skill's manifest file. */
export const manifestName = 'SKILL.md';

/** The limits that every host accepts for one skill: the number of its files, and their total bytes. */
export const skillLimits = { files: 512, bytes: 16 * 1024 * 1024 } as const;

/** The media type of a folder among resources. */
export const directoryType = 'inode/directory';

/** The URI of a file or folder by its path, from the first segment of the skill's own path on. */
export function toSkillUri(segments: readonly string[]): string {
  return `skill://${segments.map(encodeURIComponent).join('/')}`;
}
