import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { fastifySymbols } from './fastify-internals.js';

let count = 0;

/**
 * A request of the adapter's own kind for the call of a route method that came without HTTP: without headers and body, and with
 * what `local` says (who calls).
 */
export function createLocalRequest(
  httpAdapter: AbstractHttpAdapter | undefined,
  local: object,
): object {
  const raw = new IncomingMessage(new Socket());
  raw.httpVersion = '1.1';
  raw.httpVersionMajor = 1;
  raw.httpVersionMinor = 1;
  raw.complete = true;
  const type = httpAdapter?.getType();
  if (httpAdapter && type === 'fastify') {
    const server = httpAdapter.getInstance<{ log: object }>();
    const { Request } = fastifySymbols(server);
    if (Request) {
      // What the getters of the request read of its route.
      const context = { config: {}, server, _parserOptions: {} };
      const id = `local-${++count}`;
      return Object.assign(new Request(id, {}, raw, {}, server.log, context), local);
    }
  }
  if (httpAdapter && type === 'express') {
    const { request } = httpAdapter.getInstance<{ request?: object }>();
    // Express' request leads to its response: the call fills it in.
    if (request) Object.assign(Object.setPrototypeOf(raw, request) as object, { res: undefined });
  }
  return Object.assign(raw, local);
}
