import { IncomingMessage } from 'node:http';
import type { McpAuth } from '../sessions/mcp-auth.js';

const callerKey = Symbol.for('nestjs-mcp:connection-caller');

/**
 * Sets the caller of every request on this connection, in place of `auth.verifier`. The test kit uses it for
 * connections that it opens inside the process; no request from a network can set it.
 */
export function setConnectionCaller(socket: object, auth: McpAuth): void {
  (socket as { [callerKey]?: McpAuth })[callerKey] = auth;
}

/** The caller that was set for the connection of this request (Express's or Fastify's own). */
export function connectionCaller(request: object): McpAuth | undefined {
  const { raw = request } = request as { raw?: object };
  // The socket of an HTTP/2 request throws once its session is gone.
  if (!(raw instanceof IncomingMessage)) return undefined;
  return (raw.socket as { [callerKey]?: McpAuth } | null)?.[callerKey];
}
