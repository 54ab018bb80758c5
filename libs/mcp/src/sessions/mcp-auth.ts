/** Who calls: the outcome of a token verifier or of the application's own guard. */
export interface McpAuth {
  /** Stable identifier of the caller (not the token, which rotates): owns the sessions it opens. */
  subject: string;
  scopes: string[];
  clientId?: string;
  /** Seconds since the epoch. */
  expiresAt?: number;
  claims?: Record<string, unknown>;
  /** What the application's own guard put on `request.user`. */
  user?: unknown;
}
