import type { McpAuth } from './mcp-auth.js';

interface Confirmation {
  readonly server: string;
  readonly auth: McpAuth;
  readonly earlier: Confirmation | undefined;
}

/** A map beside the requests, so that code which writes to a request cannot make a caller confirmed. */
const confirmations = new WeakMap<object, Confirmation>();

/**
 * Records that a server itself has authenticated the caller of this request: by its verifier, or over stdio by its
 * configuration.
 */
export function confirmCaller(server: string, request: object, auth: McpAuth): void {
  confirmations.set(request, { server, auth, earlier: confirmations.get(request) });
}

/** The caller of a request as that server has confirmed it; `undefined` if it has not. */
export function confirmedCaller(server: string, request: object): McpAuth | undefined {
  return find(request, (one) => one.server === server)?.auth;
}

/** Whether any server has confirmed exactly this caller for the request. */
export function isConfirmed(request: object, auth: unknown): auth is McpAuth {
  return find(request, (one) => one.auth === auth) !== undefined;
}

function find(request: object, test: (one: Confirmation) => boolean): Confirmation | undefined {
  let one = confirmations.get(request);
  while (one && !test(one)) one = one.earlier;
  return one;
}
