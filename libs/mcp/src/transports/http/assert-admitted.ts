import { isRequest, type MessageId } from '../../protocol/json-rpc.js';
import type { MessageOrigin, Preflight, PreflightRefusal } from '../mcp.transport.js';
import { HttpRefusal } from './http-refusal.js';
import type { NodeExchange } from '../../platform/node-exchange.js';
import type { PostedMessages } from './read-messages.js';

/** The origin of a POST before its messages go to the engine. */
export type PostedBy = Pick<MessageOrigin, 'era'> &
  Partial<Pick<MessageOrigin, 'auth' | 'session' | 'protocolVersion'>>;

/**
 * Throws `HttpRefusal` (401, 403) with a challenge for the first message whose scopes the caller lacks. A returned
 * promise rejects with it, if a check takes time.
 */
export function assertAdmitted(
  preflight: Preflight | undefined,
  exchange: NodeExchange,
  { messages, batch }: PostedMessages,
  by: PostedBy,
): Promise<void> | undefined {
  if (preflight === undefined) return undefined;
  const { request, response } = exchange;
  for (const [at, message] of messages.entries()) {
    if (!isRequest(message)) continue;
    const asked = preflight(message, { ...by, over: 'streamable-http', request, response });
    if (!asked) continue;
    const others = { messages: messages.slice(at + 1), batch };
    return asked.then((refusal) => {
      if (refusal) throw toHttpRefusal(refusal, batch ? null : message.id);
      return assertAdmitted(preflight, exchange, others, by);
    });
  }
  return undefined;
}

function toHttpRefusal(
  { status, code, message, challenge }: PreflightRefusal,
  id: MessageId | null,
): HttpRefusal {
  return new HttpRefusal(status, code, message, { 'WWW-Authenticate': challenge }, id);
}
