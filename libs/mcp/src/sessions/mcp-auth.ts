/** The scope that stands for every one: a static token without a list has it, and a verifier of yours may give it. Taken from no token's own claims. */
export const everyScope = '*';

/** Who calls: the outcome of a token verifier or of the application's own guard. */
export interface McpAuth {
  /** Stable identifier of the caller (not the token, which rotates): owns the sessions it opens. */
  subject: string;
  /** What the caller may do; `['*']`: everything. */
  scopes: string[];
  clientId?: string;
  /** Seconds since the epoch. */
  expiresAt?: number;
  claims?: Record<string, unknown>;
  /** The application's own user: what its guard put on `request.user`, or what its verifier says, which is put there. */
  user?: unknown;
}

/** Reads scopes as tokens and users carry them: a list, or names with spaces between. The wildcard is dropped: no token may claim it. */
export function toScopes(value: unknown): string[] {
  const scopes: unknown[] =
    typeof value === 'string' ? value.split(' ') : Array.isArray(value) ? value : [];
  return scopes.filter(
    (scope): scope is string => typeof scope === 'string' && scope !== '' && scope !== everyScope,
  );
}
