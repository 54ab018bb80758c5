import { isRequest } from '../../protocol/json-rpc.js';
import type { MessageOrigin, Preflight } from '../mcp.transport.js';
import { HttpRefusal } from './http-refusal.js';
import type { NodeExchange } from '../../platform/node-exchange.js';
import type { PostedMessages } from './read-messages.js';

/** The origin of a POST before its messages go to the engine. */
export type PostedBy = Pick<MessageOrigin, 'era'> &
  Partial<Pick<MessageOrigin, 'auth' | 'session' | 'protocolVersion'>>;

/** Throws `HttpRefusal` (401, 403) with a challenge for the first message whose scopes the caller lacks. */
export async function assertAdmitted(
  preflight: Preflight | undefined,
  { request, response }: NodeExchange,
  { messages, batch }: PostedMessages,
  by: PostedBy,
): Promise<void> {
  if (preflight === undefined) return;
  for (const message of messages) {
    if (!isRequest(message)) continue;
    const asked = preflight(message, { ...by, over: 'streamable-http', request, response });
    const refusal = asked && (await asked);
    if (refusal) {
      const { status, code, message: text, challenge } = refusal;
      const headers = { 'WWW-Authenticate': challenge };
      throw new HttpRefusal(status, code, text, headers, batch ? null : message.id);
    }
  }
}
