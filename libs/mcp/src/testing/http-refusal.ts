import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { McpTestError } from './mcp-test.error.js';

interface RefusalBody {
  readonly message?: string | readonly string[];
  readonly error?: { readonly code?: number; readonly message?: string; readonly data?: unknown };
}

/** The error of a response with an error status: a JSON-RPC error or an error of Nest. */
export async function toRefusal(response: IncomingMessage, what: string): Promise<McpTestError> {
  const body = await text(response);
  const status = response.statusCode ?? 0;
  const { message, error } = parse(body);
  const { code, data } = error ?? {};
  const words = error?.message ?? (message === undefined ? body.slice(0, 500) : String(message));
  const challenge = response.headers['www-authenticate'];
  return new McpTestError(`${what} was refused with HTTP ${status}: ${words}`, {
    status,
    ...(code !== undefined && { code }),
    ...(data !== undefined && { data }),
    ...(challenge !== undefined && { challenge }),
  });
}

function parse(body: string): RefusalBody {
  try {
    const read = JSON.parse(body) as unknown;
    return typeof read === 'object' && read !== null ? read : {};
  } catch {
    return {};
  }
}
