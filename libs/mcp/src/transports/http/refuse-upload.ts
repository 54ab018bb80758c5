import type { HttpRefusal } from './http-refusal.js';
import { toErrorAnswer } from '../../protocol/json-rpc.js';
import type { NodeExchange } from '../../platform/node-exchange.js';

const DISCARDED_BYTES = 16 * 1_048_576;
const DRAIN_TIMEOUT = 2_000;

/**
 * Refuses a request while its body is still arriving. The answer is sent at once, but the connection is closed only
 * after the rest of the body (or enough of it) was read: a client whose connection is closed while it sends would not
 * see the answer.
 */
export function refuseUpload({ req, res }: NodeExchange, refusal: HttpRefusal): void {
  if (res.headersSent || res.destroyed) return;
  const json = JSON.stringify(toErrorAnswer(refusal.id, refusal));
  res.writeHead(refusal.status, {
    ...refusal.headers,
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(json),
    // HTTP/2 forbids the header; its streams end individually.
    ...(req.httpVersionMajor < 2 && { Connection: 'close' }),
  });
  res.write(json);
  const end = (): void => {
    clearTimeout(timer);
    res.end();
  };
  if (!req.readable) {
    res.end();
    return;
  }
  const timer = setTimeout(end, DRAIN_TIMEOUT).unref();
  let left = DISCARDED_BYTES;
  req.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) req.destroy();
  });
  req.once('end', end).once('close', end).on('error', end);
}
