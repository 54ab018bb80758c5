import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { fastifySymbols } from './fastify-internals.js';

let count = 0;

/**
 * Creates a request of the adapter's own type for a message without HTTP: without headers and body, and with the
 * properties of `local` (the caller).
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
      // The getters of the request read these properties of its route.
      const context = { config: {}, server, _parserOptions: {} };
      const id = `local-${++count}`;
      return Object.assign(new Request(id, {}, raw, {}, server.log, context), local);
    }
  }
  if (httpAdapter && type === 'express') {
    const { request } = httpAdapter.getInstance<{ request?: object }>();
    // Express' request refers to its response, which the call sets.
    if (request) Object.assign(Object.setPrototypeOf(raw, request) as object, { res: undefined });
  }
  return Object.assign(raw, local);
}
