import { ErrorCode } from '../../errors/protocol.error.js';
import { answerableId, lengthProblemOf } from '../../protocol/id-length.js';
import { idOf, toMessage, type Message } from '../../protocol/json-rpc.js';
import { BATCH_VERSION } from '../../protocol/protocol-version.js';
import { HttpRefusal, invalidRequest } from './http-refusal.js';
import type { NodeExchange } from '../../platform/node-exchange.js';
import { readJson, type BodyBounds } from './request-body.js';

/** The content of a POST: one message, or a batch. */
export interface PostedMessages {
  readonly messages: readonly Message[];
  readonly batch: boolean;
}

/**
 * Reads and checks the body of a POST; a promise only if it is still arriving. Throws `HttpRefusal` (400, 413, 415, 503)
 * or `RequestAborted`.
 */
export function readMessages(
  exchange: NodeExchange,
  bounds: BodyBounds,
): PostedMessages | Promise<PostedMessages> {
  return readJson(exchange, bounds, (body) => toMessages(body, bounds.limits.batch));
}

function toMessages(body: unknown, most: number): PostedMessages {
  if (!Array.isArray(body)) return { messages: [readMessage(body)], batch: false };
  if (body.length === 0) throw invalidRequest('the batch is empty');
  if (body.length > most) throw invalidRequest(`Batch must not exceed ${most} messages`);
  return { messages: body.map(readMessage), batch: true };
}

function readMessage(value: unknown): Message {
  const message = toMessage(value);
  if (!message) throw invalidRequest('not a JSON-RPC 2.0 message', idOf(value));
  const problem = lengthProblemOf(message);
  if (problem !== undefined) {
    throw new HttpRefusal(400, ErrorCode.invalidParams, problem, {}, answerableId(message));
  }
  return message;
}

/** Throws `HttpRefusal` (400) for a batch in a revision without batches: only one revision has them. */
export function assertBatchable({ batch }: PostedMessages, version = BATCH_VERSION): void {
  if (batch && version !== BATCH_VERSION) {
    throw invalidRequest(`revision ${version} has no batches`);
  }
}
