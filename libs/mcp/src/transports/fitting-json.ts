import { ErrorCode } from '../errors/protocol.error.js';
import { isResponse, toErrorAnswer, type Message, type MessageId } from '../protocol/json-rpc.js';
import { toJson } from '../protocol/kept-json.js';
import { toPieces } from '../protocol/long-json.js';
import type { UnsentBudget } from './unsent-budget.js';

/** The most bytes of UTF-8 that one UTF-16 code unit takes. */
const WIDEST = 3;

/** Serialises a message. An answer that exceeds the send budget of the server is replaced by an error that says so. */
export function toFittingJson(message: Message, { max }: UnsentBudget): string {
  const json = toJson(message);
  if (json.length * WIDEST <= max || !isResponse(message)) return json;
  const bytes = Buffer.byteLength(json);
  return bytes <= max ? json : tooLong(message, bytes, max);
}

/** The same, with an answer that has a long text as bytes, in pieces. */
export function toFittingPieces(message: Message, unsent: UnsentBudget): string | Buffer[] {
  const pieces = toPieces(message);
  if (pieces === undefined) return toFittingJson(message, unsent);
  const bytes = pieces.reduce((sum, { length }) => sum + length, 0);
  return bytes <= unsent.max ? pieces : tooLong(message, bytes, unsent.max);
}

function tooLong(message: Message, bytes: number, max: number): string {
  const { id = null } = message as { id?: MessageId };
  const text = `The answer takes ${bytes} bytes, which is more than the server may hold (limits.unsent: ${max})`;
  return JSON.stringify(toErrorAnswer(id, { code: ErrorCode.internalError, message: text }));
}
