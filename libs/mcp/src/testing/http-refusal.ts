import type { IncomingMessage } from 'node:http';
import { bodyOf } from './in-process-http.js';
import { McpTestError } from './mcp-test.error.js';

interface RefusalBody {
  readonly message?: string | readonly string[];
  readonly error?: { readonly code?: number; readonly message?: string; readonly data?: unknown };
}

/** What a response with an error status says, in the words of the server: a JSON-RPC error or an error of Nest. */
export async function toRefusal(response: IncomingMessage, what: string): Promise<McpTestError> {
  const text = await bodyOf(response);
  const status = response.statusCode ?? 0;
  const { message, error } = parse(text);
  const { code, data } = error ?? {};
  const words = error?.message ?? (message === undefined ? text.slice(0, 500) : String(message));
  const challenge = response.headers['www-authenticate'];
  return new McpTestError(`${what} was refused with HTTP ${status}: ${words}`, {
    status,
    ...(code !== undefined && { code }),
    ...(data !== undefined && { data }),
    ...(challenge !== undefined && { challenge }),
  });
}

function parse(text: string): RefusalBody {
  try {
    const body = JSON.parse(text) as unknown;
    return typeof body === 'object' && body !== null ? body : {};
  } catch {
    return {};
  }
}
