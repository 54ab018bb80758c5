import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AbstractHttpAdapter } from '@nestjs/core';

/** A request in Node's form; Express adds the URL that it had before the application was mounted. */
export type EarlyRequest = IncomingMessage & { readonly originalUrl?: string };

interface FastifyHooks {
  addHook(
    name: 'onRequest',
    hook: (
      request: { raw: EarlyRequest },
      reply: { raw: ServerResponse; hijack(): void },
      done: () => void,
    ) => void,
  ): void;
}

/** Finds the function that writes the answer; `undefined` lets the request go on, which it may have marked. */
type FindAnswer = (request: EarlyRequest) => ((response: ServerResponse) => void) | undefined;

/** One middleware serves all of them: each middleware of Express costs every request of the application. */
const finders = new WeakMap<AbstractHttpAdapter, FindAnswer[]>();

/**
 * Answers requests on the HTTP adapter itself: outside the global prefix, before every middleware, guard and route.
 * Call it before any middleware is registered.
 */
export function answerBeforeRoutes(httpAdapter: AbstractHttpAdapter, find: FindAnswer): void {
  const known = finders.get(httpAdapter);
  if (known) {
    known.push(find);
    return;
  }
  const own = [find];
  finders.set(httpAdapter, own);
  register(httpAdapter, (request) => {
    for (const one of own) {
      const write = one(request);
      if (write !== undefined) return write;
    }
    return undefined;
  });
}

function register(httpAdapter: AbstractHttpAdapter, find: FindAnswer): void {
  if (httpAdapter.getType() === 'fastify') {
    httpAdapter.getInstance<FastifyHooks>().addHook('onRequest', ({ raw }, reply, done) => {
      const write = find(raw);
      if (write === undefined) {
        done();
        return;
      }
      reply.hijack();
      write(reply.raw);
    });
    return;
  }
  httpAdapter.use((request: EarlyRequest, response: ServerResponse, next: () => void) => {
    const write = find(request);
    if (write === undefined) next();
    else write(response);
  });
}
