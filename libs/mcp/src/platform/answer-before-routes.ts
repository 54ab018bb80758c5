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

/**
 * Answers requests on the HTTP adapter itself: outside the global prefix, before every middleware, guard and route.
 * `find` returns a function that writes the answer, or `undefined` to let the request go on. Call it before any
 * middleware is registered.
 */
export function answerBeforeRoutes(
  httpAdapter: AbstractHttpAdapter,
  find: (request: EarlyRequest) => ((response: ServerResponse) => void) | undefined,
): void {
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
