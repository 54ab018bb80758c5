import type { JSONRPCMessage, JSONRPCRequest, RequestId } from '@modelcontextprotocol/sdk/types.js';

/** A JSON-RPC message as the SDK's `Transport` carries it. */
export type Message = JSONRPCMessage;

/** A message that requires an answer. */
export type RequestMessage = JSONRPCRequest;

/** The `id` of a request. */
export type MessageId = RequestId;

/** Whether the message requires an answer. */
export function isRequest(message: Message): message is RequestMessage {
  return 'method' in message && 'id' in message;
}

/** Whether the message is an answer, a result or an error. */
export function isResponse(message: Message): boolean {
  return !('method' in message);
}

/** The id of the request that a `notifications/cancelled` names; `undefined` for every other message. */
export function cancelledId(message: Message): MessageId | undefined {
  if (!('method' in message) || message.method !== 'notifications/cancelled') return undefined;
  const { requestId } = message.params ?? {};
  return isId(requestId) ? requestId : undefined;
}

/** The answer for an error; `id` is `null` if it is unknown which request the error belongs to. */
export function toErrorAnswer(
  id: MessageId | null,
  { code, message, data }: { code: number; message: string; data?: unknown },
): Message {
  const error = { code, message, ...(data !== undefined && { data }) };
  return { jsonrpc: '2.0', id: id as MessageId, error };
}

/**
 * Whether the value is a message that the SDK accepts. The SDK silently drops any other value, so a wrong `true` would
 * mean a request without an answer.
 */
export function isMessage(value: unknown): value is Message {
  if (!isObject(value) || value['jsonrpc'] !== '2.0') return false;
  if ('method' in value) {
    return (
      typeof value['method'] === 'string' &&
      hasOnly(value, 'method', 'params') &&
      (!('id' in value) || isId(value['id'])) &&
      isParams(value['params'])
    );
  }
  if ('result' in value) {
    return isId(value['id']) && hasOnly(value, 'result') && isParams(value['result'], true);
  }
  return (
    isErrorBody(value['error']) &&
    hasOnly(value, 'error') &&
    (!('id' in value) || isId(value['id']))
  );
}

/**
 * A parsed JSON value as a message; `undefined` if it is none. A `null` among the parameters, or in their `_meta`,
 * counts as absent, because some clients' serialisers write every field.
 */
export function toMessage(value: unknown): Message | undefined {
  const message = isObject(value) && 'method' in value ? withoutNullParams(value) : value;
  return isMessage(message) ? message : undefined;
}

/** The id of an invalid message, for its answer. */
export function idOf(value: unknown): MessageId | null {
  return isObject(value) && isId(value['id']) ? value['id'] : null;
}

/** Whether a parsed JSON value is nested deeper than `limit`. The check itself stops at that depth. */
export function isDeeperThan(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (limit <= 0) return true;
  if (Array.isArray(value)) return value.some((item) => isDeeperThan(item, limit - 1));
  for (const key in value) {
    if (isDeeperThan((value as Record<string, unknown>)[key], limit - 1)) return true;
  }
  return false;
}

const RELATED_TASK = 'io.modelcontextprotocol/related-task';

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function withoutNullParams(message: Record<string, unknown>): Record<string, unknown> {
  const { params, ...rest } = message;
  if (params === null) return rest;
  if (!isObject(params)) return message;
  const { _meta: meta } = params;
  const given = hasNull(params) ? withoutNulls(params) : params;
  const cleaned = isObject(meta) && hasNull(meta) ? { ...given, _meta: withoutNulls(meta) } : given;
  return cleaned === params ? message : { ...message, params: cleaned };
}

function hasNull(value: Record<string, unknown>): boolean {
  for (const key in value) if (value[key] === null) return true;
  return false;
}

function withoutNulls(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== null));
}

function isId(value: unknown): value is MessageId {
  return typeof value === 'string' || Number.isSafeInteger(value);
}

function hasOnly(message: Record<string, unknown>, first: string, second = first): boolean {
  for (const key in message) {
    if (key !== 'jsonrpc' && key !== 'id' && key !== first && key !== second) return false;
  }
  return true;
}

function isParams(params: unknown, required = false): boolean {
  if (params === undefined) return !required;
  if (!isObject(params)) return false;
  const meta = params['_meta'];
  if (meta === undefined) return true;
  if (!isObject(meta)) return false;
  const task = meta[RELATED_TASK];
  return (
    (meta['progressToken'] === undefined || isId(meta['progressToken'])) &&
    (task === undefined || (isObject(task) && typeof task['taskId'] === 'string'))
  );
}

function isErrorBody(error: unknown): boolean {
  return (
    isObject(error) && Number.isSafeInteger(error['code']) && typeof error['message'] === 'string'
  );
}
