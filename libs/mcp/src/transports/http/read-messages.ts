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

/** Reads and checks the body of a POST. Throws `HttpRefusal` (400, 413, 415, 503) or `RequestAborted`. */
export async function readMessages(
  exchange: NodeExchange,
  bounds: BodyBounds,
): Promise<PostedMessages> {
  const body = await readJson(exchange, bounds);
  if (!Array.isArray(body)) return { messages: [readMessage(body)], batch: false };
  if (body.length === 0) throw invalidRequest('the batch is empty');
  const { batch } = bounds.limits;
  if (body.length > batch) {
    throw invalidRequest(`Batch must not exceed ${batch} messages`);
  }
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
