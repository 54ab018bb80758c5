import type { McpAuth } from './mcp-auth.js';

/** A reason for which a caller is refused that the application's own code returned. */
export interface CallerFlaw {
  /** For the operator: follows the words "a caller". */
  readonly problem: string;
  readonly mend: string;
  /** For the client, which can do nothing about it. */
  readonly answer: string;
}

const malformed = 'The caller is not well formed';

const flaws = {
  noSubject: {
    problem: 'without a subject',
    mend: "Its sessions could be anybody's: return { subject } for every caller.",
    answer: 'The caller has no subject',
  },
  subject: {
    problem: 'whose subject is neither a string nor a number',
    mend: 'Return { subject: String(id) }.',
    answer: malformed,
  },
  scopes: {
    problem: 'whose scopes are not a list of strings',
    mend: "Return { scopes: ['orders:read'] }, or { scopes: [] } for a caller without any.",
    answer: malformed,
  },
  expiresAt: {
    problem: 'whose expiresAt is not a finite number',
    mend: 'Return { expiresAt } in seconds since 1970, or leave it out.',
    answer: malformed,
  },
} satisfies Record<string, CallerFlaw>;

/**
 * The flaw of a caller that the application's own code returned; `undefined` if it has none. Its type does not hold at
 * run time: a text in place of the list of scopes includes every part of itself, and `NaN` is never past.
 */
export function flawOf(caller: McpAuth): CallerFlaw | undefined {
  const { subject, scopes, expiresAt } = caller as Readonly<Record<keyof McpAuth, unknown>>;
  if (subject === undefined || subject === null || subject === '') return flaws.noSubject;
  if (typeof subject !== 'string') return flaws.subject;
  if (!Array.isArray(scopes) || !scopes.every((scope) => typeof scope === 'string')) {
    return flaws.scopes;
  }
  return expiresAt === undefined || Number.isFinite(expiresAt) ? undefined : flaws.expiresAt;
}

/**
 * A caller as the application's own code returned it, with what is plain made right: a number as its subject (the id of
 * a row) becomes a string, and without `scopes` it has none.
 */
export function withPlainParts(caller: McpAuth): McpAuth {
  const { subject, scopes } = caller as Readonly<Record<keyof McpAuth, unknown>>;
  if (typeof subject !== 'number' && scopes !== undefined) return caller;
  return {
    ...caller,
    subject: (typeof subject === 'number' ? String(subject) : subject) as string,
    scopes: caller.scopes ?? [],
  };
}
