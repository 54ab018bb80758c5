import {
  InitializeRequestSchema,
  LATEST_PROTOCOL_VERSION,
  SUPPORTED_PROTOCOL_VERSIONS,
} from '@modelcontextprotocol/sdk/types.js';
import { ErrorCode } from '../../errors/protocol.error.js';
import { isRequest, type Message } from '../../protocol/json-rpc.js';

/** The answer to an `initialize` that is not valid, in place of the whole report that the SDK would send; `undefined` for any other message. */
export function refuseHandshake(message: Message): Message | undefined {
  if (!isRequest(message) || message.method !== 'initialize') return undefined;
  if (InitializeRequestSchema.safeParse(message).success) return undefined;
  const error = {
    code: ErrorCode.invalidParams,
    message: 'initialize needs protocolVersion, capabilities and clientInfo { name, version }',
  };
  return { jsonrpc: '2.0', id: message.id, error };
}

/** The revision that the SDK answers to the one asked for. */
export function negotiate(asked: unknown): string {
  const version = String(asked);
  return SUPPORTED_PROTOCOL_VERSIONS.includes(version) ? version : LATEST_PROTOCOL_VERSION;
}
