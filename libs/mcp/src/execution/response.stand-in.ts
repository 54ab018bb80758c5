import { EventEmitter } from 'node:events';
import type { OutgoingHttpHeader, ServerResponse } from 'node:http';

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

/**
 * What guards, interceptors and filters get as the response of a call: records what they say, never writes to the wire.
 * Headers are copied to the real response as long as nothing of it has been sent.
 */
class ResponseRecord {
  statusCode = 200;
  statusMessage = '';
  locals: Record<string, unknown> = {};
  /** What was written in place of a result. */
  body: unknown = undefined;
  written = false;
  private headers: Map<string, OutgoingHttpHeader> | undefined;

  constructor(readonly real: ServerResponse | undefined) {}

  get headersSent(): boolean {
    return this.written;
  }

  status(code: number): this {
    this.statusCode = code;
    return this;
  }

  setHeader(name: string, value: OutgoingHttpHeader): this {
    this.headers ??= new Map();
    this.headers.set(name.toLowerCase(), value);
    if (this.real && !this.real.headersSent && !framing.has(name.toLowerCase())) {
      try {
        this.real.setHeader(name, value);
      } catch {
        // An illegal name or value concerns a copy that nobody asked for.
      }
    }
    return this;
  }

  header(name: string | Record<string, OutgoingHttpHeader>, value?: OutgoingHttpHeader): this {
    if (typeof name === 'object') {
      for (const [key, one] of Object.entries(name)) this.setHeader(key, one);
      return this;
    }
    return value === undefined ? this : this.setHeader(name, value);
  }

  getHeader(name: string): OutgoingHttpHeader | undefined {
    return this.headers?.get(name.toLowerCase());
  }

  getHeaders(): Record<string, OutgoingHttpHeader> {
    return Object.fromEntries(this.headers ?? []);
  }

  hasHeader(name: string): boolean {
    return this.headers?.has(name.toLowerCase()) ?? false;
  }

  removeHeader(name: string): this {
    this.headers?.delete(name.toLowerCase());
    return this;
  }

  send(body?: unknown): this {
    if (body !== undefined) this.body = body;
    this.written = true;
    return this;
  }
}

// An event emitter whose constructor never runs: it makes what it needs with the first listener, which hardly any call has.
Object.setPrototypeOf(ResponseRecord.prototype, EventEmitter.prototype);

/** Express's and Fastify's other names for the same. */
const aliases: Record<string, keyof ResponseRecord> = {
  append: 'header',
  appendHeader: 'setHeader',
  code: 'status',
  end: 'send',
  get: 'getHeader',
  json: 'send',
  jsonp: 'send',
  sendStatus: 'status',
  set: 'header',
  write: 'send',
};

const recordOf = Symbol('nestjs-mcp:record');

/** Makes the stand-in of one call for the real response (raw, where the adapter wraps it). */
export function createResponseStandIn(response: object | undefined): object {
  const { raw = response } = (response ?? {}) as { raw?: object };
  return new Proxy(new ResponseRecord(raw as ServerResponse | undefined), handler);
}

/** What a filter wrote in place of a result; `undefined` where it wrote nothing. */
export function writtenBody(standIn: object): { body: unknown; status: number } | undefined {
  const record = (standIn as { [recordOf]?: ResponseRecord })[recordOf];
  return record?.written ? { body: record.body, status: record.statusCode } : undefined;
}

const handler: ProxyHandler<ResponseRecord> = { get: readStandIn };

function readStandIn(record: ResponseRecord, property: string | symbol, standIn: object): unknown {
  if (property === recordOf) return record;
  const own =
    typeof property === 'string' && Object.hasOwn(aliases, property) ? aliases[property] : property;
  if (own !== undefined && own in record) {
    const value: unknown = record[own as keyof ResponseRecord];
    if (typeof value !== 'function') return value;
    return (...args: unknown[]) => {
      const result: unknown = (value as (...a: unknown[]) => unknown).apply(record, args);
      return result === record ? standIn : result;
    };
  }
  // `then` would make the stand-in look like a promise; other unknown names are methods that only the real one has.
  if (property === 'then' || typeof property === 'symbol') return undefined;
  return () => standIn;
}
