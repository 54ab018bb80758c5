import type { IncomingHttpHeaders } from 'node:http';
import { ErrorCode } from '../../errors/protocol.error.js';
import type { RequestMessage } from '../../protocol/json-rpc.js';
import type { HeaderParam } from '../mcp.transport.js';
import type { Refusal } from '../../protocol/era.js';

/** The field of `params` that the header `Mcp-Name` repeats, by method. */
const named: Readonly<Record<string, string>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
  'tasks/get': 'taskId',
  'tasks/update': 'taskId',
  'tasks/cancel': 'taskId',
};

/**
 * Checks that the headers of a request match its body (specification, "Standard MCP Request Headers"), because a proxy
 * may route by one while the server acts on the other. `undefined` if they match.
 */
export function refuseHeaders(
  message: RequestMessage,
  headers: IncomingHttpHeaders,
  paramsOf: (tool: string) => readonly HeaderParam[],
): Refusal | undefined {
  const { method, params } = message;
  if (headers['mcp-protocol-version'] === undefined) return missing('MCP-Protocol-Version');
  if (headers['mcp-method'] === undefined) return missing('Mcp-Method');
  const value = namedBy(message);
  const refusal = compare('Mcp-Name', headers['mcp-name'], value, 'string');
  if (refusal || method !== 'tools/call' || typeof value !== 'string') return refusal;
  const { arguments: input } = params as { arguments?: unknown };
  for (const { header, path, type } of paramsOf(value)) {
    const name = `Mcp-Param-${header}`;
    const wrong = compare(name, headers[name.toLowerCase()], valueAt(input, path), type);
    if (wrong) return wrong;
  }
  return undefined;
}

/** The value that the header `Mcp-Name` of a request repeats; `undefined` if there is none. */
export function namedBy({ method, params = {} }: RequestMessage): unknown {
  const field = Object.hasOwn(named, method) ? (named[method] as string) : undefined;
  return field === undefined ? undefined : (params as Record<string, unknown>)[field];
}

function compare(
  name: string,
  header: string | string[] | undefined,
  value: unknown,
  type: HeaderParam['type'],
): Refusal | undefined {
  const expected = textOf(value);
  if (expected === undefined) return undefined;
  if (header === undefined) return missing(name);
  const decoded = decode(String(header).trim());
  if (decoded === undefined) return mismatch(`${name} is not valid base64`);
  const equal =
    decoded === expected ||
    (type === 'integer' && /^-?\d+(?:\.\d+)?$/.test(decoded) && Number(decoded) === value);
  return equal ? undefined : mismatch(`${name} differs from the body`);
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || Number.isSafeInteger(value)) return String(value);
  return undefined;
}

/** The value at a path of keys in an input. */
export function valueAt(input: unknown, path: readonly string[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

const sentinel = /^=\?base64\?(.*)\?=$/s;
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Decodes `=?base64?…?=`, the form of values that a header cannot contain; `undefined` if the text does not have that
 * form.
 */
function decode(value: string): string | undefined {
  const encoded = sentinel.exec(value)?.[1];
  if (encoded === undefined) return value;
  if (!base64.test(encoded)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(encoded, 'base64'));
  } catch {
    return undefined;
  }
}

function missing(name: string): Refusal {
  return mismatch(`${name} is missing`);
}

function mismatch(problem: string): Refusal {
  return {
    status: 400,
    code: ErrorCode.headerMismatch,
    message: `Bad Request: headers and body disagree: ${problem}`,
  };
}
