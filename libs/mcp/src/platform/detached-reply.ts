import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { recordOf } from './detached-response.js';

/** The parts of Fastify's reply that are used here. */
export interface FastifyReply {
  readonly raw: ServerResponse;
  readonly request: object;
  readonly log: object;
  readonly sent: boolean;
  code(status: number): this;
  send(payload?: unknown): this;
  header(name: string, value?: unknown): this;
  removeHeader(name: string): this;
  getHeader(name: string): unknown;
  getHeaders(): Record<string, number | string | string[] | undefined>;
  hijack(): this;
}

/** A class of Fastify's replies. */
export type ReplyClass = new (raw: ServerResponse, request: object, log: object) => FastifyReply;

/**
 * Creates a subclass of a Fastify application's replies that records what is sent: its raw response is a detached one.
 */
export function createReplyClass(Reply: ReplyClass, server: object): ReplyClass {
  const hijacked = new WeakSet<object>();
  return class DetachedReply extends Reply {
    override get sent(): boolean {
      return hijacked.has(this) || this.raw.writableEnded;
    }

    get server(): object {
      return server;
    }

    override hijack(): this {
      hijacked.add(this);
      return this;
    }

    override header(name: string, value: unknown = ''): this {
      super.header(name, value);
      recordOf(this)?.copy(name, this.getHeader(name) as string);
      return this;
    }

    override removeHeader(name: string): this {
      const had = this.getHeader(name) !== undefined;
      super.removeHeader(name);
      if (had) recordOf(this)?.copy(name, undefined);
      return this;
    }

    /** Hooks of the application do not run: they would send to a client, or encode for one. */
    override send(payload?: unknown): this {
      if (this.sent) return this;
      if (payload instanceof Error) return this.send(errorBody(this, payload));
      const { raw } = this;
      const type = typeof payload === 'string' ? 'text/plain' : 'application/json';
      if (payload !== undefined && this.getHeader('content-type') === undefined) {
        raw.setHeader('content-type', `${type}; charset=utf-8`);
      }
      const headers = Object.entries(this.getHeaders());
      for (const [name, value] of headers) if (value !== undefined) raw.setHeader(name, value);
      if (typeof (payload as Readable | undefined)?.pipe === 'function') {
        (payload as Readable).pipe(raw);
      } else if (payload === undefined || typeof payload === 'string') raw.end(payload);
      else if (payload instanceof Uint8Array) raw.end(payload);
      else {
        const record = recordOf(this);
        if (record) record.value = payload;
        raw.end(JSON.stringify(payload));
      }
      return this;
    }

    callNotFound(): this {
      return this.code(404).send({ statusCode: 404, error: 'Not Found', message: 'Not Found' });
    }
  };
}

/** Fastify's response body for an error. */
function errorBody(reply: FastifyReply, error: Error): object {
  const { statusCode: own = 0 } = error as { statusCode?: number };
  const set = reply.raw.statusCode;
  const statusCode = own >= 400 ? own : set >= 400 ? set : 500;
  reply.code(statusCode);
  return { statusCode, error: STATUS_CODES[statusCode], message: error.message };
}
