import { ServerResponse, type IncomingMessage, type OutgoingHttpHeader } from 'node:http';
import type { Socket } from 'node:net';
import { detachedSocket } from './detached.socket.js';

/** What was written to a response that reaches no client. */
export interface WrittenBody {
  /** Parsed where it says that it is JSON; `undefined` where nothing came before the end. */
  readonly body: unknown;
  readonly status: number;
}

/** Headers that shape the answer itself: an enhancer that sets them would corrupt it. */
const framing = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'keep-alive',
  'mcp-session-id',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** What a detached response remembers. */
export class ResponseRecord {
  readonly chunks: Buffer[] = [];
  /** A body that was given as a value; wins over the chunks. */
  value: unknown = undefined;
  /** The application itself has ended the response. */
  ended = false;
  finished = false;
  over = false;
  /** What the real response carried before a header of several values was copied to it. */
  private listed: Map<string, OutgoingHttpHeader | undefined> | undefined;

  constructor(readonly real: ServerResponse | undefined) {}

  /** Copies a header to the real response, as long as nothing of that has been sent. */
  copy(name: string, value: OutgoingHttpHeader | undefined): void {
    const { real } = this;
    const key = name.toLowerCase();
    if (!real || this.over || real.headersSent || framing.has(key)) return;
    try {
      const merged = key === 'set-cookie' || key === 'vary' ? this.merge(real, key, value) : value;
      if (merged === undefined) real.removeHeader(name);
      else real.setHeader(name, merged);
    } catch {
      // An illegal name or value concerns only the copy: the detached response has refused it already.
    }
  }

  private merge(real: ServerResponse, key: string, value: OutgoingHttpHeader | undefined) {
    this.listed ??= new Map();
    if (!this.listed.has(key)) this.listed.set(key, real.getHeader(key));
    const all = [this.listed.get(key), value].flatMap((one) =>
      one === undefined ? [] : Array.isArray(one) ? one : [String(one)],
    );
    if (all.length === 0) return undefined;
    return key === 'vary' ? all.join(', ') : all;
  }
}

const recordKey = Symbol('nestjs-mcp:response-record');

type Recorded = ServerResponse & { [recordKey]: ResponseRecord };

/** The record of a detached response. Fastify's replies keep it on their raw response. */
export function recordOf(response: object): ResponseRecord | undefined {
  const { raw = response } = response as { raw?: object };
  return (raw as Partial<Recorded>)[recordKey];
}

/** A class of responses that reach no client. */
export type DetachedClass = new (
  request: object,
  real: ServerResponse | undefined,
) => ServerResponse;

type Callback = (error?: Error | null) => void;

/** Node's own fields, which its type declarations leave out. */
interface Internals {
  finished: boolean;
  _header: string | null;
  _closed: boolean;
}

/**
 * Makes a class of responses with the given prototype (Express' own, or Node's): each has every property of a fresh one, records
 * what is written and sends nothing.
 */
export function createDetachedClass(prototype: object): DetachedClass {
  class DetachedResponse extends ServerResponse {
    readonly [recordKey]: ResponseRecord;

    constructor(request: object, real: ServerResponse | undefined) {
      super(request as IncomingMessage);
      this[recordKey] = new ResponseRecord(real);
      Object.assign(this, { socket: detachedSocket(real?.socket ?? undefined) satisfies Socket });
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

    /** Where Node hands bytes to the connection: this response has none. */
    _writeRaw(_data: unknown, encoding?: unknown, callback?: unknown): boolean {
      const done = typeof encoding === 'function' ? encoding : callback;
      if (typeof done === 'function') process.nextTick(done);
      return true;
    }
  }
  Object.setPrototypeOf(DetachedResponse.prototype, prototype);
  return DetachedResponse;
}

/** What was written in place of a result; `undefined`: nothing. */
export function writtenBody(response: object): WrittenBody | undefined {
  const { raw = response } = response as { raw?: object };
  const record = recordOf(response);
  const node = raw as ServerResponse;
  if (!record || !(record.ended || (node.headersSent && !record.over))) return undefined;
  return { body: record.value ?? bodyOf(record.chunks, node), status: node.statusCode };
}

/** The call is over: `finish` (unless it was aborted) and `close` are emitted, and from here on the response is as any that is done. */
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
