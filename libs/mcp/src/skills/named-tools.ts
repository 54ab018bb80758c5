import type { AccessGate } from '../access/access-gate.js';
import type { PrimitiveAccess } from '../access/primitive-access.js';
import type { Advice } from '../errors/boot-advice.js';
import { McpConfigurationError } from '../errors/configuration.error.js';
import type { DeclarationErrors } from '../errors/declaration-errors.js';
import type { McpPrimitive } from '../primitives/mcp.primitive.js';
import type { SkillManifest } from './front-matter.js';
import type { SkillPrimitive } from './skill.primitive.js';

/** The tools that a skill names. */
export interface NamedTools {
  /** Tools in `allowed-tools`: these must exist. */
  readonly allowed: readonly string[];
  /** Tools in its text, as "the tool `name`" or "the `name` tool"; they may belong to other servers. */
  readonly mentioned: readonly string[];
}

/** The server's functions for the check. */
export interface NamedToolsCheck {
  readonly server: string;
  readonly gate: Pick<AccessGate, 'isSatisfied'>;
  /** The tool with that name, in a list that is empty if there is none. */
  readonly toolsNamed: (name: string) => readonly McpPrimitive[];
  readonly advise: (advice: Advice, subject: string) => void;
}

const toolName = '[A-Za-z][A-Za-z0-9_.-]*';
const mention = new RegExp(`\\btools? \`(${toolName})\`|\`(${toolName})\` tool\\b`, 'g');
/** Claude Code's name for the tool of a server. */
const ofServer = /^mcp__(.+?)__(.+)$/;

/** Adds an error for each named tool that the server lacks; warns of those that a caller of the skill may not see. */
export function checkNamedTools(
  skills: readonly SkillPrimitive[],
  check: NamedToolsCheck,
  errors: DeclarationErrors,
): void {
  for (const skill of skills) {
    const { allowed, mentioned } = namedTools(skill.manifest, check.server);
    for (const name of new Set([...allowed, ...mentioned])) {
      const [tool] = check.toolsNamed(name);
      const subject = `${name} (${skill.key})`;
      if (tool) {
        if (isHidden(tool.access, skill.access, check.gate)) check.advise(hidden, subject);
      } else if (allowed.includes(name)) {
        errors.add(missing(name, skill, check.server));
      } else {
        check.advise(unknown, subject);
      }
    }
  }
}

/** The tools of this server that a skill names; patterns (`Bash(git:*)`) and tools of other servers are ignored. */
export function namedTools({ frontMatter, body }: SkillManifest, server: string): NamedTools {
  const { 'allowed-tools': given = [] } = frontMatter as { 'allowed-tools'?: string | string[] };
  const entries = typeof given === 'string' ? toEntries(given) : given;
  return {
    allowed: entries.flatMap((entry) => {
      const [, of, tool] = ofServer.exec(entry) ?? [];
      if (tool !== undefined) return of === server ? [tool] : [];
      return /^[a-z][A-Za-z0-9_.-]*$/.test(entry) ? [entry] : [];
    }),
    mentioned: [...body.matchAll(mention)].map(([, before, after]) => (before ?? after) as string),
  };
}

/** Splits names separated by spaces or commas; text in brackets belongs to the name before it. */
function toEntries(text: string): string[] {
  return text.match(/[^\s,(]+(?:\([^)]*\)?)?/g) ?? [];
}

function isHidden(
  tool: PrimitiveAccess,
  skill: PrimitiveAccess,
  gate: NamedToolsCheck['gate'],
): boolean {
  const reader = { subject: 'reader', scopes: [...skill.scopes] };
  const rules = skill.visibilities ?? [];
  return (
    !gate.isSatisfied(tool, reader) ||
    (tool.visibilities ?? []).some((visibility) => !rules.includes(visibility))
  );
}

function missing(name: string, { where, key }: SkillPrimitive, server: string) {
  return new McpConfigurationError(
    where,
    `the skill ${key} names the tool '${name}' in allowed-tools, which the server '${server}' does not have.`,
    'Name a tool of the server; write a tool of the host with a capital letter or a pattern, such as Bash(git:*).',
  );
}

const hidden: Advice = {
  finding: 'These tools are named by a skill, but not everyone who sees the skill sees the tool',
  mend: 'Give the skill the scopes and the visibility of the tool.',
};

const unknown: Advice = {
  finding: 'These tools are named in the text of a skill, but the server does not have them',
  mend: 'Correct the names, unless they are tools of another server.',
};
