import { ServerResponse, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { detachedSocket } from './detached-socket.js';
import { ResponseRecord } from './response-record.js';

/** The body that was written to a detached response. */
export interface WrittenBody {
  /** The body, parsed if its content type is JSON; `undefined` if nothing was written. */
  readonly body: unknown;
  readonly status: number;
}

const recordKey = Symbol.for('nestjs-mcp:response-record');

type Recorded = ServerResponse & { [recordKey]: ResponseRecord };

/** The record of a detached response. For Fastify's replies it is on their raw response. */
export function recordOf(response: object): ResponseRecord | undefined {
  const { raw = response } = response as { raw?: object };
  return (raw as Partial<Recorded>)[recordKey];
}

/** A class of responses without a client. */
export type DetachedClass = new (
  request: object,
  real: ServerResponse | undefined,
) => ServerResponse;

type Callback = (error?: Error | null) => void;

/** Node's own fields, which are missing in its type declarations. */
interface Internals {
  finished: boolean;
  _header: string | null;
  _closed: boolean;
}

/**
 * Creates a class of responses with the given prototype (Express' own, or Node's). Each has every property of a fresh
 * response, records what is written and sends nothing.
 */
export function createDetachedClass(prototype: object): DetachedClass {
  class DetachedResponse extends ServerResponse {
    readonly [recordKey]: ResponseRecord;

    constructor(request: object, real: ServerResponse | undefined) {
      super(request as IncomingMessage);
      this[recordKey] = new ResponseRecord(real);
      // A property that the published types call read-only.
      (this as { socket: Socket | null }).socket = detachedSocket(real?.socket ?? undefined);
    }

    override setHeader(name: string, value: number | string | readonly string[]): this {
      super.setHeader(name, value);
      this[recordKey].copy(name, this.getHeader(name));
      return this;
    }

    override appendHeader(name: string, value: string | readonly string[]): this {
      super.appendHeader(name, value);
      this[recordKey].copy(name, this.getHeader(name));
      return this;
    }

    override removeHeader(name: string): void {
      const had = this.hasHeader(name);
      super.removeHeader(name);
      if (had) this[recordKey].copy(name, undefined);
    }

    override writeHead(status: number, ...rest: unknown[]): this {
      const headers = rest.at(-1);
      if (typeof headers === 'object' && headers !== null) {
        for (const [name, value] of toPairs(headers)) super.setHeader(name, value);
      }
      return super.writeHead(status, ...((typeof rest[0] === 'string' ? [rest[0]] : []) as []));
    }

    override write(chunk: unknown, ...rest: unknown[]): boolean {
      this[recordKey].chunks.push(...toBuffers(chunk, rest[0]));
      return super.write(chunk, ...(rest as [BufferEncoding, Callback]));
    }

    override end(...args: unknown[]): this {
      const record = this[recordKey];
      if (!record.ended) record.chunks.push(...toBuffers(args[0], args[1]));
      super.end(...(args as []));
      if (record.ended) return this;
      record.ended = true;
      process.nextTick(finish, this);
      return this;
    }

    override destroy(error?: Error): this {
      if (this.destroyed) return this;
      this.destroyed = true;
      process.nextTick(() => {
        if (error && this.listenerCount('error') > 0) this.emit('error', error);
        close(this);
      });
      return this;
    }

    /** Node passes bytes to the connection here. A detached response has no connection. */
    _writeRaw(_data: unknown, encoding?: unknown, callback?: unknown): boolean {
      const done = typeof encoding === 'function' ? encoding : callback;
      if (typeof done === 'function') process.nextTick(done);
      return true;
    }
  }
  Object.setPrototypeOf(DetachedResponse.prototype, prototype);
  return DetachedResponse;
}

/** The body that was written in place of a result; `undefined` if there is none. */
export function writtenBody(response: object): WrittenBody | undefined {
  const { raw = response } = response as { raw?: object };
  const record = recordOf(response);
  const node = raw as ServerResponse;
  if (!record || !(record.ended || (node.headersSent && !record.over))) return undefined;
  return { body: record.value ?? bodyOf(record.chunks, node), status: node.statusCode };
}

/** Ends the response after the call: `finish` (unless it was aborted) and `close` are emitted. */
export function endDetached(response: object, aborted: boolean): void {
  const { raw = response } = response as { raw?: object };
  const record = recordOf(response);
  if (!record || record.over) return;
  const node = raw as ServerResponse & Internals;
  if (!aborted) {
    node.finished = true;
    node._header ??= 'HTTP/1.1 200 OK\r\n\r\n';
    finish(node);
  }
  record.over = true;
  node.destroyed = true;
  close(node);
}

function finish(response: ServerResponse): void {
  const record = recordOf(response);
  if (!record || record.finished || record.over) return;
  record.finished = true;
  response.emit('finish');
}

function close(response: ServerResponse): void {
  const node = response as ServerResponse & Internals;
  if (node._closed) return;
  node._closed = true;
  response.emit('close');
}

/** Headers in each form that `writeHead()` accepts: an object, a flat list, or a list of pairs. */
function toPairs(headers: object): [string, number | string | string[]][] {
  if (!Array.isArray(headers)) return Object.entries(headers);
  if (Array.isArray(headers[0])) return headers as [string, string][];
  const flat = headers as string[];
  return flat.flatMap((name, i): [string, string][] =>
    i % 2 === 0 ? [[name, flat[i + 1] ?? '']] : [],
  );
}

function toBuffers(chunk: unknown, encoding: unknown): Buffer[] {
  if (typeof chunk === 'string') {
    return [
      Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8'),
    ];
  }
  return chunk instanceof Uint8Array ? [Buffer.from(chunk)] : [];
}

function bodyOf(chunks: readonly Buffer[], response: ServerResponse): unknown {
  if (chunks.length === 0) return undefined;
  const text = Buffer.concat(chunks).toString('utf8');
  if (!/\bjson\b/i.test(String(response.getHeader('content-type') ?? ''))) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
