import type { AbstractHttpAdapter } from '@nestjs/core';

/** A middleware in the form that Nest passes to an adapter. */
export type MiddlewareHandler = (
  request: object,
  response: object,
  next: (error?: unknown) => unknown,
) => unknown;

type Mount = (path: string, handler: MiddlewareHandler) => unknown;
type MountFactory = (verb: never) => Mount | Promise<Mount>;

/** Runs the middleware of an adapter as its own router would, without a route behind it. */
export interface MiddlewareRouter {
  /** Mounts one middleware like the adapter. */
  mount(verb: unknown, path: string, handler: MiddlewareHandler): Promise<void>;
  /** Calls `pass` within the last middleware's `next()`, or `stop` with the argument of a `next(error)`. */
  run(request: object, response: object, pass: () => void, stop: (error: unknown) => void): void;
}

/**
 * Creates the router for an adapter; `undefined` if its matching cannot be reproduced. Call it when routes are mounted.
 */
export function createMiddlewareRouter(
  httpAdapter: AbstractHttpAdapter,
  createMount: MountFactory,
): MiddlewareRouter | undefined {
  const type = httpAdapter.getType();
  if (type === 'express') return expressRouter(httpAdapter, createMount);
  return type === 'fastify' ? fastifyRouter(httpAdapter, createMount) : undefined;
}

interface ExpressRouter {
  (request: object, response: object, done: (error?: unknown) => void): void;
  readonly caseSensitive?: boolean;
  readonly strict?: boolean;
  readonly stack: unknown[];
  handle(request: object, response: object, done: (error?: unknown) => void): void;
  use(handler: MiddlewareHandler): void;
}

/** Another router of the application's type, with its options. */
function expressRouter(
  httpAdapter: AbstractHttpAdapter,
  createMount: MountFactory,
): MiddlewareRouter | undefined {
  const own = httpAdapter.getInstance<{ router?: ExpressRouter }>().router;
  if (typeof own !== 'function' || !Array.isArray(own.stack)) return undefined;
  const { caseSensitive, strict } = own;
  // The code of the constructor, which is not accessible from a router.
  const router = ((request, response, done) =>
    router.handle(request, response, done)) as ExpressRouter;
  Object.setPrototypeOf(router, Object.getPrototypeOf(own) as object);
  Object.assign(router, { caseSensitive, strict, params: {}, stack: [] });
  // The adapter reads `router.strict` of its instance.
  const instance = Object.assign(router, { router });
  const shadow = Object.create(httpAdapter, { instance: { value: instance } }) as object;
  const passes = new WeakMap<object, () => void>();
  let isClosed = false;
  return {
    mount: async (verb, path, handler) => {
      (await createMount.call(shadow, verb as never))(path, handler);
    },
    run: (request, response, pass, stop) => {
      if (!isClosed) router.use((seen) => passes.get(seen)?.());
      isClosed = true;
      passes.set(request, pass);
      // Without an error this is only reached after a `next('router')`, after which Express finds no route.
      router(request, response, (error) => stop(error ?? undefined));
    },
  };
}

/** Runs the middleware of the root context as @fastify/middie does. Nest's adapter matches the paths itself. */
function fastifyRouter(
  httpAdapter: AbstractHttpAdapter,
  createMount: MountFactory,
): MiddlewareRouter {
  const layers: { readonly strips: boolean; readonly handler: MiddlewareHandler }[] = [];
  const use = (path: string, handler: MiddlewareHandler): void => {
    layers.push({ strips: path !== '/', handler });
  };
  const instance = Object.create(httpAdapter.getInstance<object>(), { use: { value: use } });
  const shadow = Object.create(httpAdapter, {
    instance: { value: instance as object },
    isMiddieRegistered: { value: true },
    middieContexts: { value: [] },
  }) as object;
  return {
    mount: async (verb, path, handler) => {
      (await createMount.call(shadow, verb as never))(path, handler);
    },
    run: (request, response, pass, stop) => {
      const seen = request as { url: string; originalUrl: string };
      const step = (index: number): void => {
        seen.url = seen.originalUrl;
        if ((response as { writableEnded: boolean }).writableEnded) return;
        const layer = layers[index];
        if (!layer) return pass();
        // Middie removes the matched part of the URL, which is all of it.
        if (layer.strips) seen.url = `/${seen.originalUrl.replace(/^[^?#]*/, '')}`;
        layer.handler(request, response, (error) => (error ? stop(error) : step(index + 1)));
      };
      step(0);
    },
  };
}
