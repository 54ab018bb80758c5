import type { AbstractHttpAdapter } from '@nestjs/core';

/** A middleware as Nest hands it to an adapter. */
export type MiddlewareHandler = (
  request: object,
  response: object,
  next: (error?: unknown) => unknown,
) => unknown;

type Mount = (path: string, handler: MiddlewareHandler) => unknown;
type MountFactory = (verb: never) => Mount | Promise<Mount>;

/** Runs the middleware that an adapter has been given, as its own router would, without a route behind it. */
export interface MiddlewareRouter {
  /** Mounts one middleware as the adapter does. */
  mount(verb: unknown, path: string, handler: MiddlewareHandler): Promise<void>;
  /** Calls `pass` within the last middleware's `next()`, or `stop` with what was given to a `next(error)`. */
  run(request: object, response: object, pass: () => void, stop: (error: unknown) => void): void;
}

/** Makes the router for an adapter; `undefined` where its way of matching cannot be followed. To be made when routes are mounted. */
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

/** Another router of the application's kind, with its options. */
function expressRouter(
  httpAdapter: AbstractHttpAdapter,
  createMount: MountFactory,
): MiddlewareRouter | undefined {
  const own = httpAdapter.getInstance<{ router?: ExpressRouter }>().router;
  if (typeof own !== 'function' || !Array.isArray(own.stack)) return undefined;
  const { caseSensitive, strict } = own;
  // What the constructor does, which cannot be reached from a router.
  const router = ((request, response, done) =>
    router.handle(request, response, done)) as ExpressRouter;
  Object.setPrototypeOf(router, Object.getPrototypeOf(own) as object);
  Object.assign(router, { caseSensitive, strict, params: {}, stack: [] });
  // The adapter asks its instance for `router.strict`.
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
      // Without an error it comes here only past a `next('router')`, behind which Express finds no route.
      router(request, response, (error) => stop(error ?? undefined));
    },
  };
}

/** What @fastify/middie does with the middleware of the root context. Nest's adapter matches the paths itself. */
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
        // Middie takes the part of the URL away that a path matches, which is all of it.
        if (layer.strips) seen.url = `/${seen.originalUrl.replace(/^[^?#]*/, '')}`;
        layer.handler(request, response, (error) => (error ? stop(error) : step(index + 1)));
      };
      step(0);
    },
  };
}
