import type { McpAuth } from './mcp-auth.js';

interface Confirmation {
  readonly server: string;
  readonly auth: McpAuth;
  readonly earlier: Confirmation | undefined;
}

/** Kept beside the requests, not on them: whatever else writes on a request cannot make a caller confirmed. */
const confirmations = new WeakMap<object, Confirmation>();

/** Records that a server itself knows who sent this request: its verifier, or its operator over stdio. */
export function confirmCaller(server: string, request: object, auth: McpAuth): void {
  confirmations.set(request, { server, auth, earlier: confirmations.get(request) });
}

/** The caller of a request as that server has confirmed it; `undefined` where it has confirmed no caller. */
export function confirmedCaller(server: string, request: object): McpAuth | undefined {
  return find(request, (one) => one.server === server)?.auth;
}

/** Whether some server has confirmed exactly this caller for the request. */
export function isConfirmed(request: object, auth: unknown): auth is McpAuth {
  return find(request, (one) => one.auth === auth) !== undefined;
}

function find(request: object, test: (one: Confirmation) => boolean): Confirmation | undefined {
  let one = confirmations.get(request);
  while (one && !test(one)) one = one.earlier;
  return one;
}
