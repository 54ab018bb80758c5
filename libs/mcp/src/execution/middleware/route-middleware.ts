import { NotFoundException } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { writtenBody } from '../../platform/detached-response.js';
import { toWrittenError } from '../written.error.js';
import { beginCall } from './middleware.call.js';
import { createMiddlewareRouter, type MiddlewareRouter } from './middleware-router.js';
import { trackMiddleware } from './middleware-tracker.js';

type Factory = AbstractHttpAdapter['createMiddlewareFactory'];
type Mount = Awaited<ReturnType<Factory>>;

/** The two outcomes of the middleware. */
export interface MiddlewareEnds {
  readonly signal: AbortSignal;
  /** Runs the call, within the `next()` of the last middleware. */
  readonly proceed: () => Promise<unknown>;
  /** Handles the argument of a middleware's `next(error)`. */
  readonly fail: (error: unknown) => Promise<unknown>;
}

const followed = new WeakMap<object, RouteMiddleware>();

/**
 * The middleware that modules bind to the routes of an application, for calls of tools and resources of those routes.
 */
export class RouteMiddleware {
  private router: MiddlewareRouter | undefined;
  private mounting: Promise<void> | undefined;
  /** Whether the adapter has middleware that cannot be reproduced. */
  private lost = false;

  private constructor(private readonly httpAdapter: AbstractHttpAdapter) {}

  /** Records the middleware of an adapter. Call it before any is registered; further calls have no effect. */
  static of(httpAdapter: AbstractHttpAdapter): RouteMiddleware {
    let known = followed.get(httpAdapter);
    if (!known) {
      followed.set(httpAdapter, (known = new RouteMiddleware(httpAdapter)));
      known.follow();
    }
    return known;
  }

  /** Resolves when all middleware is mounted, with `false` if some of it cannot be reproduced. */
  async isFollowed(): Promise<boolean> {
    await this.mounting;
    return !this.lost;
  }

  /**
   * Runs a call behind the middleware of the route whose request `request` is a view of. Rejects with the answer or the
   * error of a middleware.
   */
  run(
    request: object,
    response: object,
    { signal, proceed, fail }: MiddlewareEnds,
  ): Promise<unknown> {
    const { router } = this;
    if (!router) return proceed();
    const { raw: seen = request } = request as { raw?: object };
    const node = ('raw' in response ? response.raw : response) as NodeJS.EventEmitter & {
      writableEnded: boolean;
    };
    const call = beginCall(seen);
    const { url, params, route } = seen as Record<string, unknown>;
    return new Promise((resolve, reject) => {
      let isSettled = false;
      const settle = (end: () => void): void => {
        if (isSettled) return;
        isSettled = true;
        node.removeListener('finish', answered);
        node.removeListener('close', answered);
        signal.removeEventListener('abort', abort);
        end();
      };
      const refuse = (error: unknown): void => settle(() => reject(error));
      const answered = (): void => {
        const written = writtenBody(response);
        refuse(
          written ? toWrittenError(written, call.thrown) : new Error('The response was closed'),
        );
      };
      const abort = (): void => refuse(signal.reason);
      node.once('finish', answered);
      node.once('close', answered);
      signal.addEventListener('abort', abort, { once: true });
      const pass = (): void => {
        if (node.writableEnded) return;
        settle(() => {
          // Express' router leaves the mount properties of its last layer on the request.
          if (params !== undefined) Object.assign(seen, { url, params, route, baseUrl: '' });
          resolve(proceed());
        });
      };
      const stop = (error: unknown): void => {
        settle(() =>
          resolve(fail(error === undefined ? new NotFoundException() : this.map(error))),
        );
      };
      router.run(seen, node, pass, stop);
    });
  }

  /** Converts errors of Express' and Fastify's own middleware to HTTP exceptions; Nest 11 has no such method. */
  private map(error: unknown): unknown {
    const adapter: { mapException?: (given: unknown) => unknown } = this.httpAdapter;
    return adapter.mapException ? adapter.mapException(error) : error;
  }

  private follow(): void {
    trackMiddleware(this.httpAdapter);
    const { httpAdapter } = this;
    // oxlint-disable-next-line typescript/unbound-method
    const original: Factory = httpAdapter.createMiddlewareFactory;
    const watch =
      (verb: unknown, mount: Mount): Mount =>
      (path, handler) => {
        mount(path, handler);
        this.mounting = (this.mounting ?? Promise.resolve()).then(() =>
          this.mount(original, verb, path, handler as never),
        );
      };
    httpAdapter.createMiddlewareFactory = ((verb) => {
      const mount = original.call(httpAdapter, verb);
      return mount instanceof Promise
        ? mount.then((one) => watch(verb, one))
        : watch(verb, mount as Mount);
    }) satisfies Factory;
  }

  private async mount(
    original: Factory,
    verb: unknown,
    path: string,
    handler: never,
  ): Promise<void> {
    try {
      this.router ??= createMiddlewareRouter(this.httpAdapter, original as never);
      if (this.router) await this.router.mount(verb, path, handler);
      else this.lost = true;
    } catch {
      this.lost = true;
    }
  }
}
