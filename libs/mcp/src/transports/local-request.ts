import { confirmCaller } from '../sessions/confirmed-caller.js';
import type { McpAuth } from '../sessions/mcp-auth.js';
import type { MessageOrigin } from './mcp.transport.js';

/**
 * The origin of one message of a client in this process or at its standard streams. In place of an HTTP request there is an empty
 * object with the caller where guards look for it. The operator who has configured the caller has confirmed it for that server.
 */
export function toLocalOrigin(
  server: string,
  auth: McpAuth | undefined,
): Pick<MessageOrigin, 'headers' | 'request' | 'auth'> {
  if (auth === undefined) return { headers: {}, request: {} };
  // Handlers may write on what they get; the next message has its own.
  const caller: McpAuth = { ...auth, scopes: [...auth.scopes] };
  const request = {
    auth: caller,
    ...(auth.user !== undefined && { user: auth.user }),
  };
  confirmCaller(server, request, caller);
  return { headers: {}, request, auth: caller };
}
