/**
 * The scope that stands for every scope. A static token without a list has it, and your own verifier may grant it. It
 * is ignored in the claims of a token.
 */
export const everyScope = '*';

/** An authenticated caller: the result of a token verifier or of the application's own guard. */
export interface McpAuth {
  /** Stable identifier of the caller (not the token, which rotates). It owns the sessions that the caller opens. */
  subject: string;
  /** The scopes of the caller; `['*']` means every scope. */
  scopes: string[];
  clientId?: string;
  /** Seconds since the epoch. */
  expiresAt?: number;
  claims?: Record<string, unknown>;
  /**
   * The application's own user: what its guard set on `request.user`, or what its verifier returned, which is then set
   * there.
   */
  user?: unknown;
}

/**
 * Reads scopes from a token or user: a list, or names separated by spaces. The wildcard is dropped: no token may claim
 * it.
 */
export function toScopes(value: unknown): string[] {
  const scopes: unknown[] =
    typeof value === 'string' ? value.split(' ') : Array.isArray(value) ? value : [];
  return scopes.filter(
    (scope): scope is string => typeof scope === 'string' && scope !== '' && scope !== everyScope,
  );
}
