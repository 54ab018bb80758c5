import type { McpAuth } from './mcp-auth.js';

/**
 * Verifies bearer tokens. `verify` resolves with `null` for an invalid token (answered 401), and rejects if the
 * verifier itself is unavailable (answered 503); a rejection never accepts the request. `request` is the HTTP adapter's
 * request.
 */
export interface TokenVerifier {
  /** Resolves with the caller that the token belongs to; `null` if it is not valid. */
  // oxlint-disable-next-line typescript/no-explicit-any -- a request of Express or Fastify: neither is a dependency.
  verify(token: string, request: any): Promise<McpAuth | null>;
}
