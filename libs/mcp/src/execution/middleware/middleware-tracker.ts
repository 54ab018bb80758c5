import 'reflect-metadata';
import type { NestMiddleware, Type } from '@nestjs/common';
import { runOnce } from './middleware.call.js';
import { MiddlewareBuilder } from '../../nest/router-internals.js';

type Middleware = (request: object, response: unknown, next: () => unknown) => unknown;
type Tracker = (middleware: unknown) => unknown;

const trackers = new WeakMap<object, Tracker>();
let isHooked = false;

/**
 * Starts to track which middleware has run for which request of an application, by its HTTP adapter. Applications
 * without this package are not affected.
 */
export function trackMiddleware(httpAdapter: object): void {
  if (trackers.has(httpAdapter)) return;
  const tracked = new Map<unknown, unknown>();
  trackers.set(httpAdapter, (middleware) => {
    if (typeof middleware !== 'function') return middleware;
    // One class has one tracked class: Nest creates one instance of it for each module.
    let known = tracked.get(middleware);
    if (known === undefined) {
      known = isClass(middleware) ? trackClass(middleware) : track(middleware as Middleware);
      tracked.set(middleware, known);
    }
    return known;
  });
  if (isHooked) return;
  isHooked = true;
  const { prototype } = MiddlewareBuilder;
  // oxlint-disable-next-line typescript/unbound-method
  const { apply } = prototype;
  prototype.apply = function (this: MiddlewareBuilder, ...middleware) {
    const own = trackers.get(this.getHttpAdapter());
    const all = middleware.flat() as unknown[];
    return apply.apply(this, (own ? all.map(own) : all) as typeof middleware);
  };
}

/** Distinguishes classes from functions as Nest does. */
function isClass(middleware: object): middleware is Type<NestMiddleware> {
  const { prototype } = middleware as { prototype?: Partial<NestMiddleware> };
  return (
    Function.prototype.toString.call(middleware).startsWith('class') ||
    typeof prototype?.use === 'function'
  );
}

function track(middleware: Middleware, identity: object = middleware): Middleware {
  return (request, response, next) =>
    runOnce(identity, request, next, () => middleware(request, response, next));
}

/** A subclass, as Nest itself creates one for excluded routes: dependencies and metadata are inherited. */
function trackClass(Original: Type<NestMiddleware>): Type<NestMiddleware> {
  const Tracked = class extends Original {
    constructor(...args: unknown[]) {
      super(...args);
      // `use` may be a property instead of a method.
      if (Object.hasOwn(this, 'use')) {
        const own: Middleware = this.use.bind(this);
        Object.assign(this, { use: track(own, Original) });
      }
    }

    override use(request: object, response: unknown, next: () => unknown): unknown {
      return runOnce(Original, request, next, () => super.use(request, response, next) as unknown);
    }
  };
  const { use } = Original.prototype as { use?: object };
  for (const key of use ? Reflect.getMetadataKeys(use) : []) {
    // oxlint-disable-next-line typescript/unbound-method
    Reflect.defineMetadata(key, Reflect.getMetadata(key, use as object), Tracked.prototype.use);
  }
  Object.defineProperty(Tracked, 'name', { value: Original.name });
  return Tracked;
}
