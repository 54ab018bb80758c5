import { ErrorCode } from '../errors/protocol.error.js';
import { toErrorAnswer, type Message, type MessageId } from '../protocol/json-rpc.js';

/** The answer to a call whose process is gone. */
export function processLostAnswer(id: MessageId): Message {
  return toErrorAnswer(id, {
    code: ErrorCode.internalError,
    message: 'The process that ran the call is gone',
    data: { reason: 'process_lost' },
  });
}
