import { ErrorCode } from '../errors/protocol.error.js';
import { isResponse, toErrorAnswer, type Message, type MessageId } from '../protocol/json-rpc.js';
import { toJson } from '../protocol/kept-json.js';
import type { UnsentBudget } from './unsent-budget.js';

/** The most bytes of UTF-8 that one UTF-16 code unit takes. */
const WIDEST = 3;

/** Serialises a message. An answer that exceeds the send budget of the server is replaced by an error that says so. */
export function toFittingJson(message: Message, { max }: UnsentBudget): string {
  const json = toJson(message);
  if (json.length * WIDEST <= max || !isResponse(message)) return json;
  const bytes = Buffer.byteLength(json);
  if (bytes <= max) return json;
  const { id = null } = message as { id?: MessageId };
  const text = `The answer takes ${bytes} bytes, which is more than the server may hold (limits.unsent: ${max})`;
  return JSON.stringify(toErrorAnswer(id, { code: ErrorCode.internalError, message: text }));
}
