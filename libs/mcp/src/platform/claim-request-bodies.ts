import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { pathOf } from './request-path.js';

const BODY_HEADERS = ['content-type', 'content-length', 'transfer-encoding'] as const;
const HIDDEN = Symbol.for('nestjs-mcp:hidden-headers');

type HiddenHeaders = Pick<IncomingHttpHeaders, (typeof BODY_HEADERS)[number]>;

type ClaimedRequest = IncomingMessage & {
  finished?: boolean | undefined;
  _body?: boolean;
  [HIDDEN]?: HiddenHeaders;
};

interface FastifyRouterOptions {
  readonly ignoreTrailingSlash?: boolean;
}

interface FastifyHooks {
  /** What it was made with. */
  readonly initialConfig?: FastifyRouterOptions & { readonly routerOptions?: FastifyRouterOptions };
  addHook(
    name: 'preParsing',
    hook: (request: FastifyRequest, reply: unknown, payload: unknown, done: () => void) => void,
  ): void;
  addHook(
    name: 'preValidation',
    hook: (request: FastifyRequest, reply: unknown, done: () => void) => void,
  ): void;
  addHook(name: 'onRoute', hook: (route: FastifyRoute) => void): void;
  route(route: FastifyRoute): unknown;
}

interface FastifyRequest {
  readonly raw: ClaimedRequest;
  /** The route that was found; without a URL where there is none. */
  readonly routeOptions: { readonly url?: string };
}

interface FastifyRoute {
  readonly url: string;
  readonly method: string | readonly string[];
}

/**
 * Keeps the application's body parsers (their limits, their errors) away from MCP routes: the body is left
 * unread until the guards have spoken and the transport reads it. `matches` is given a path without query and
 * trailing slash: with Express that of a request, as this application sees it, with Fastify that of the route it found.
 * To be called before any middleware is registered.
 */
export function claimRequestBodies(
  httpAdapter: AbstractHttpAdapter,
  matches: (path: string) => boolean,
): void {
  if (httpAdapter.getType() === 'fastify') {
    claimFromFastify(httpAdapter.getInstance<FastifyHooks>(), matches);
  } else {
    httpAdapter.use((request: ClaimedRequest, _response: unknown, next: () => void) => {
      if (matches(pathOf(request.url ?? '/'))) claim(request);
      next();
    });
  }
}

/**
 * Serves MCP routes with a trailing slash too, which Fastify (unlike Express) tells apart and Nest cannot declare.
 * To be called before any route is registered; `matches` is given the path of a route.
 */
export function acceptTrailingSlash(
  httpAdapter: AbstractHttpAdapter,
  matches: (path: string) => boolean,
): void {
  if (httpAdapter.getType() !== 'fastify') return;
  const fastify = httpAdapter.getInstance<FastifyHooks>();
  if (ignoresTrailingSlash(fastify)) return;
  fastify.addHook('onRoute', (route) => {
    // Fastify makes the HEAD route of a GET route by itself, for the twin as well.
    if (route.url.endsWith('/') || route.method === 'HEAD' || !matches(route.url)) return;
    fastify.route({ ...route, url: `${route.url}/` });
  });
}

/** Fastify does by itself what is wanted, and would take the second route for a duplicate. */
function ignoresTrailingSlash({ initialConfig }: FastifyHooks): boolean {
  const { routerOptions = {}, ignoreTrailingSlash } = initialConfig ?? {};
  return ignoreTrailingSlash === true || routerOptions.ignoreTrailingSlash === true;
}

/** Undoes the claim on one request, so that its body can be read. */
export function releaseBody(request: IncomingMessage): void {
  const claimed = request as ClaimedRequest;
  if (claimed.finished === true) claimed.finished = undefined;
}

// What Express' parsers ask (`on-finished` of body-parser 2, `_body` of 1) before they touch a request.
function claim(request: ClaimedRequest): void {
  request.finished = true;
  request._body = true;
}

// A header that is deleted would make every later look at the headers of the request slow.
function hide(headers: IncomingHttpHeaders): HiddenHeaders {
  const hidden: HiddenHeaders = {};
  for (const name of BODY_HEADERS) {
    if (headers[name] === undefined) continue;
    hidden[name] = headers[name];
    headers[name] = undefined;
  }
  return hidden;
}

// Fastify runs no content type parser, and applies no limit, where the headers announce no body.
function claimFromFastify(fastify: FastifyHooks, matches: (path: string) => boolean): void {
  fastify.addHook('preParsing', ({ raw, routeOptions: { url } }, _reply, _payload, done) => {
    if (url !== undefined && matches(pathOf(url))) {
      raw[HIDDEN] = hide(raw.headers);
    }
    done();
  });
  fastify.addHook('preValidation', ({ raw }, _reply, done) => {
    const hidden = raw[HIDDEN];
    if (hidden !== undefined) Object.assign(raw.headers, hidden);
    done();
  });
}
