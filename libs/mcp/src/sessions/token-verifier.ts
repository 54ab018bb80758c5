import type { McpAuth } from './mcp-auth.js';

/**
 * Returns the principal of a bearer token, or `null` for a token that is not valid (answered 401). A rejection means that the verifier
 * itself is down (answered 503): it never lets anyone in. `request` is the HTTP adapter's request.
 */
export interface TokenVerifier {
  /** The caller to whom the token belongs; `null`: it is not valid. */
  verify(token: string, request: object): Promise<McpAuth | null>;
}
