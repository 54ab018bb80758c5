import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { answerBeforeRoutes } from './answer-before-routes.js';
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
  /** The options of the Fastify instance. */
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
  /** The matched route; without a URL if there is none. */
  readonly routeOptions: { readonly url?: string };
}

interface FastifyRoute {
  readonly url: string;
  readonly method: string | readonly string[];
}

/**
 * Keeps the application's body parsers (their limits, their errors) away from MCP routes: the body stays unread until
 * the guards have accepted the request and the transport reads it. `matches` receives a path without query and trailing
 * slash: with Express that of a request, as this application sees it, with Fastify that of the matched route. Call it
 * before any middleware is registered.
 */
export function claimRequestBodies(
  httpAdapter: AbstractHttpAdapter,
  matches: (path: string) => boolean,
): void {
  if (httpAdapter.getType() === 'fastify') {
    claimFromFastify(httpAdapter.getInstance<FastifyHooks>(), matches);
  } else {
    answerBeforeRoutes(httpAdapter, (request) => {
      if (matches(pathOf(request.url ?? '/'))) claim(request);
      return undefined;
    });
  }
}

/**
 * Serves MCP routes with a trailing slash too, which Fastify (unlike Express) distinguishes and Nest cannot declare.
 * Call it before any route is registered; `matches` receives the path of a route.
 */
export function acceptTrailingSlash(
  httpAdapter: AbstractHttpAdapter,
  matches: (path: string) => boolean,
): void {
  if (httpAdapter.getType() !== 'fastify') return;
  const fastify = httpAdapter.getInstance<FastifyHooks>();
  if (ignoresTrailingSlash(fastify)) return;
  fastify.addHook('onRoute', (route) => {
    // Fastify creates the HEAD route of a GET route by itself, also for the second path.
    if (route.url.endsWith('/') || route.method === 'HEAD' || !matches(route.url)) return;
    fastify.route({ ...route, url: `${route.url}/` });
  });
}

/** Whether Fastify itself ignores trailing slashes: it would then report the second route as a duplicate. */
function ignoresTrailingSlash({ initialConfig }: FastifyHooks): boolean {
  const { routerOptions = {}, ignoreTrailingSlash } = initialConfig ?? {};
  return ignoreTrailingSlash === true || routerOptions.ignoreTrailingSlash === true;
}

/** Reverses the claim on one request, so that its body can be read. */
export function releaseBody(request: IncomingMessage): void {
  const claimed = request as ClaimedRequest;
  if (claimed.finished === true) claimed.finished = undefined;
}

// Sets the marks that Express' parsers check (`on-finished` of body-parser 2, `_body` of 1) before they read a request.
function claim(request: ClaimedRequest): void {
  request.finished = true;
  request._body = true;
}

// Deleting a header would make every later access to the headers of the request slow.
function hide(headers: IncomingHttpHeaders): HiddenHeaders {
  const hidden: HiddenHeaders = {};
  for (const name of BODY_HEADERS) {
    if (headers[name] === undefined) continue;
    hidden[name] = headers[name];
    headers[name] = undefined;
  }
  return hidden;
}

// Fastify runs no content type parser, and applies no limit, if the headers announce no body.
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
