import type { NodeExchange } from '../../platform/node-exchange.js';
import { isRequest, type Message } from '../../protocol/json-rpc.js';
import type { TransportHost } from '../mcp.transport.js';
import type { HttpOriginDetails } from './http-origin.js';
import { HttpRefusal } from './http-refusal.js';

/** Tells the observers of the requests of a POST that `error` refuses. Returns `error`, to be thrown. */
export function reportRefused(
  error: unknown,
  host: TransportHost,
  { request }: NodeExchange,
  messages: readonly Message[],
  { over, era, auth, session, protocolVersion }: HttpOriginDetails,
): unknown {
  if (!(error instanceof HttpRefusal)) return error;
  for (const message of messages) {
    if (!isRequest(message)) continue;
    host.refused?.(message, { over, era, auth, session, protocolVersion, request }, error);
  }
  return error;
}
