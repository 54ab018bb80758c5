import type { McpAuth } from '../sessions/mcp-auth.js';

/** What stands for the HTTP request of a call that has none: empty, but for who calls, where guards look for it. */
export function toRequest(auth: McpAuth | undefined): object {
  if (auth === undefined) return {};
  return auth.user === undefined ? { auth } : { auth, user: auth.user };
}
