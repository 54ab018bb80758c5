import { ErrorCode } from '../../errors/protocol.error.js';
import { answerableId, lengthProblemOf } from '../../protocol/id-length.js';
import { idOf, toMessage, type Message } from '../../protocol/json-rpc.js';
import type { McpLimits } from '../mcp.transport.js';
import { BATCH_VERSION } from '../../protocol/protocol-version.js';
import { HttpRefusal, invalidRequest } from './http-refusal.js';
import type { NodeExchange } from '../../platform/node-exchange.js';
import { readJson } from './request-body.js';

/** What one POST carries: a message, or a batch of them. */
export interface PostedMessages {
  readonly messages: readonly Message[];
  readonly batch: boolean;
}

/** Reads and checks the body of a POST. Throws `HttpRefusal` (400, 413, 415) or `RequestAborted`. */
export async function readMessages(
  exchange: NodeExchange,
  limits: McpLimits,
): Promise<PostedMessages> {
  const body = await readJson(exchange, limits);
  if (!Array.isArray(body)) return { messages: [readMessage(body)], batch: false };
  if (body.length === 0) throw invalidRequest('the batch is empty');
  if (body.length > limits.batch) {
    throw invalidRequest(`Batch must not exceed ${limits.batch} messages`);
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

/** Only one revision has batches. Throws `HttpRefusal` (400). */
export function assertBatchable({ batch }: PostedMessages, version = BATCH_VERSION): void {
  if (batch && version !== BATCH_VERSION) {
    throw invalidRequest(`revision ${version} has no batches`);
  }
}
