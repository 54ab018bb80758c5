import type { IncomingMessage } from 'node:http';
import { ErrorCode } from '../../errors/protocol.error.js';
import { isDeeperThan } from '../../protocol/json-rpc.js';
import type { McpLimits } from '../mcp-limits.js';
import { releaseBody } from '../../platform/claim-request-bodies.js';
import { HttpRefusal, LegacyCode, unavailable } from './http-refusal.js';
import type { ArrivingBodies } from './arriving-bodies.js';
import type { NodeExchange } from '../../platform/node-exchange.js';

/** The client disconnected before its request was complete: nothing can be answered. */
export class RequestAborted extends Error {}

/** The limits on the request bodies of a server. */
export interface BodyBounds {
  readonly limits: McpLimits;
  readonly bodies: ArrivingBodies;
}

/**
 * Passes the JSON of a request to `take` and returns its result, as a promise only if the body is still arriving. It is
 * read here, or taken from `request.body` if a body parser has run before. Throws `HttpRefusal` (400, 413, 415, 503) or
 * `RequestAborted`.
 */
export function readJson<T>(
  exchange: NodeExchange,
  { limits, bodies }: BodyBounds,
  take: (value: unknown) => T,
): T | Promise<T> {
  const { req } = exchange;
  releaseBody(req);
  assertJson(req);
  const accept = (value: unknown): T => {
    assertDepth(value, limits.depth);
    return take(value);
  };
  const parsed = parsedBody(exchange);
  if (parsed !== undefined) {
    return accept(isText(parsed) ? parse(toText(parsed, limits.body)) : parsed);
  }
  assertReadable(req, limits.body);
  const decode = (bytes: Buffer): T => accept(parse(bytes.toString('utf8')));
  const arrived = arrivedBytes(req);
  return arrived ? decode(arrived) : readBytes(req, limits.body, bodies).then(decode);
}

function assertDepth(value: unknown, depth: number): void {
  if (!isDeeperThan(value, depth)) return;
  throw new HttpRefusal(
    400,
    ErrorCode.invalidRequest,
    `Invalid Request: nested deeper than ${depth} levels`,
  );
}

function assertJson({ headers }: IncomingMessage): void {
  const type = headers['content-type'];
  if (type !== 'application/json' && mediaType(type) !== 'application/json') {
    throw unsupported('Content-Type must be application/json');
  }
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw unsupported('Content-Encoding is not supported');
  }
}

function mediaType(header = ''): string {
  return (header.split(';', 1)[0] ?? '').trim().toLowerCase();
}

function unsupported(message: string): HttpRefusal {
  return new HttpRefusal(415, LegacyCode.refused, `Unsupported Media Type: ${message}`);
}

function tooLarge(limit: number): HttpRefusal {
  return new HttpRefusal(
    413,
    LegacyCode.refused,
    `Payload Too Large: Request body must not exceed ${limit} bytes`,
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new HttpRefusal(400, ErrorCode.parseError, 'Parse error: Invalid JSON');
  }
}

/**
 * The value of `request.body`, unless it is the empty object that some parsers set for a body that they did not read.
 */
function parsedBody({ request, req }: NodeExchange): unknown {
  const { body } = request as { body?: unknown };
  if (body === undefined || body === null) return undefined;
  const unread = req.readable && !req.readableDidRead;
  const isEmpty = typeof body === 'object' && Object.keys(body).length === 0;
  return unread && isEmpty ? undefined : body;
}

function isText(body: unknown): body is string | Buffer {
  return typeof body === 'string' || Buffer.isBuffer(body);
}

function toText(body: string | Buffer, limit: number): string {
  if (Buffer.byteLength(body) > limit) throw tooLarge(limit);
  return body.toString();
}

function assertReadable(req: IncomingMessage, limit: number): void {
  if (!req.readable) {
    // A stream that has ended emits no more events.
    if (req.destroyed && !req.complete) throw new RequestAborted();
    throw new HttpRefusal(400, ErrorCode.parseError, 'Parse error: the body was already read');
  }
  if (Number(req.headers['content-length']) > limit) throw tooLarge(limit);
}

/**
 * The body, if it has arrived together with the headers, as a small one does: all of it is in the buffer of the stream
 * then, and listeners would only cost time. `undefined`: it has to be awaited, or somebody else has begun to read it.
 * Node may only report the end of the request (`complete`) after this turn, in which the handler already runs.
 */
function arrivedBytes(req: IncomingMessage): Buffer | undefined {
  const { httpVersionMajor, readableFlowing, readableEncoding, readableLength, headers } = req;
  const isUntouched = readableFlowing === null && readableEncoding === null;
  const isWhole = readableLength > 0 && String(readableLength) === headers['content-length'];
  if (httpVersionMajor !== 1 || !isUntouched || !isWhole) return undefined;
  const bytes = req.read() as Buffer | null;
  // The request emits `end` and `close` only to a reader.
  req.resume();
  return bytes ?? undefined;
}

function readBytes(req: IncomingMessage, limit: number, bodies: ArrivingBodies): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const stop = (reason: HttpRefusal | RequestAborted): void => {
      req.off('data', onData).off('end', onEnd).off('close', onClose);
      chunks.length = 0;
      body.end();
      reject(reason);
    };
    const body = bodies.begin({
      refuse: () => stop(unavailable('The server has no room for more request bodies')),
      cutOff: () => {
        stop(new RequestAborted());
        req.destroy();
      },
    });
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      chunks.push(chunk);
      if (size > limit) stop(tooLarge(limit));
      else body.add(chunk.length);
    };
    const onEnd = (): void => {
      req.off('close', onClose);
      body.end();
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks));
    };
    const onClose = (): void => {
      body.end();
      reject(new RequestAborted());
    };
    req.on('data', onData).once('end', onEnd).once('close', onClose).on('error', ignore);
  });
}

function ignore(): void {
  // A failed request also emits `close`, which is handled there.
}
