import { confirmCaller } from '../sessions/confirmed-caller.js';
import type { McpAuth } from '../sessions/mcp-auth.js';
import type { MessageOrigin, TransportHost } from './mcp.transport.js';

/**
 * The origin of a message from a client in this process or at its standard streams. An empty request takes the place of
 * the HTTP request, with the caller where guards look for it. The caller counts as confirmed for that server, because
 * the operator has configured it.
 */
export function toLocalOrigin(
  { name, createRequest }: Pick<TransportHost, 'name' | 'createRequest'>,
  auth: McpAuth | undefined,
): Pick<MessageOrigin, 'headers' | 'request' | 'auth'> {
  if (auth === undefined) return { headers: {}, request: createRequest({}) };
  // Handlers may modify the object that they get; each message gets its own copy.
  const caller: McpAuth = { ...auth, scopes: [...auth.scopes] };
  const request = createRequest({
    auth: caller,
    ...(auth.user !== undefined && { user: auth.user }),
  });
  confirmCaller(name, request, caller);
  return { headers: {}, request, auth: caller };
}
