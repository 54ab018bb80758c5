import type { IncomingMessage, ServerResponse } from 'node:http';

/** Writes a JSON document with its length; for `HEAD` only the headers. */
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
