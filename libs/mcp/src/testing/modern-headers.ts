import { isRequest, type Message } from '../protocol/json-rpc.js';
import { MODERN_VERSION } from '../protocol/protocol-version.js';
import type { HeaderParam } from '../transports/mcp.transport.js';
import { namedBy, valueAt } from '../transports/streamable-http/modern-headers.js';

/**
 * The headers that repeat parts of a modern request (specification, "Standard MCP Request Headers" and "x-mcp-header").
 * `paramsOf` returns the inputs of a tool that go into headers.
 */
export function modernHeaders(
  message: Message,
  paramsOf: (tool: string) => readonly HeaderParam[],
): Record<string, string> {
  if (!('method' in message)) return {};
  const { method } = message;
  const headers: Record<string, string> = {
    'mcp-protocol-version': MODERN_VERSION,
    'mcp-method': method,
  };
  if (!isRequest(message)) return headers;
  const name = namedBy(message);
  if (typeof name !== 'string') return headers;
  headers['mcp-name'] = encode(name);
  if (method !== 'tools/call') return headers;
  for (const { header, path } of paramsOf(name)) {
    const value = valueAt(message.params?.['arguments'], path);
    if (['string', 'number', 'boolean'].includes(typeof value)) {
      headers[`mcp-param-${header.toLowerCase()}`] = encode(String(value));
    }
  }
  return headers;
}

/** A header value can contain printable ASCII without spaces at its ends; everything else is encoded as base64. */
function encode(value: string): string {
  const isPlain = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value);
  return isPlain && !value.startsWith('=?base64?')
    ? value
    : `=?base64?${Buffer.from(value).toString('base64')}?=`;
}
