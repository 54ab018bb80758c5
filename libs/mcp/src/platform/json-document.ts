import type { IncomingMessage, ServerResponse } from 'node:http';

/** The path of a URL as it came, without query and trailing slash. */
export function pathOf(url: string): string {
  const end = url.search(/[?#]/);
  const path = end === -1 ? url : url.slice(0, end);
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

/** Writes a JSON document with its length; only that to `HEAD`. */
export function writeJson(
  { method }: IncomingMessage,
  response: ServerResponse,
  status: number,
  value: object,
  type = 'application/json',
): void {
  const json = JSON.stringify(value);
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(json),
  });
  response.end(method === 'HEAD' ? undefined : json);
}
