import type { RoutePart } from './parameter-route.js';
import { addressOf, type RouteAddress, type RouteTarget } from './route-target.js';
import { REQUEST_CONTEXT_ID } from '../nest/router-internals.js';

/** The part of a route's request for each key of the input. */
export interface InputMapping {
  readonly params: ReadonlySet<string>;
  readonly query: ReadonlySet<string>;
  readonly body: ReadonlySet<string>;
  /** The part for other keys. */
  readonly rest: RoutePart;
}

/**
 * The request that middleware, guards, interceptors and `@Req()` see in the call of a route method: the real one,
 * except that `params`, `query` and `body` contain the call's input, and method and URL are the route's. Properties
 * that are written to it stay with the call, and so does its DI context.
 */
export function createRequestView(
  base: object,
  input: unknown,
  mapping: InputMapping,
  target: RouteTarget,
): object {
  const entries = Object.entries((input ?? {}) as Record<string, unknown>);
  const claimed = (key: string): boolean =>
    mapping.params.has(key) || mapping.query.has(key) || mapping.body.has(key);
  const partOf = (part: RoutePart): [string, unknown][] =>
    entries.filter(([key]) => mapping[part].has(key) || (mapping.rest === part && !claimed(key)));
  const params = asTexts(partOf('params'));
  const query = asTexts(partOf('query'));
  const body = Object.fromEntries(partOf('body'));
  const address = addressOf(target, params, query);
  const parts = {
    params: own(params),
    query: own(query),
    body: own(body),
    rawBody: own(undefined),
    ...atAddress(base, address, target),
  };
  if (!('raw' in base)) return Object.create(base, { ...parts, baseUrl: own('') }) as object;
  const raw = Object.create(base.raw as object, {
    body: own(body),
    query: own(query),
    ...atAddress(base.raw as object, address, target),
  }) as object;
  return Object.create(base, {
    ...parts,
    raw: own(raw),
    routeOptions: own(routeOptionsOf(base, address, target)),
  }) as object;
}

function atAddress(
  base: object,
  { pattern, path, url }: RouteAddress,
  { verb, versionHeader }: RouteTarget,
): PropertyDescriptorMap {
  const { headers } = base as { headers?: object };
  return {
    method: own(verb),
    url: own(url),
    originalUrl: own(url),
    route: own({ path: pattern, methods: { [verb.toLowerCase()]: true }, stack: [] }),
    // Express derives it from the URL, also within a mounted middleware.
    ...(!('path' in base) && { path: own(path) }),
    ...(versionHeader && {
      headers: own({ ...headers, [versionHeader[0].toLowerCase()]: versionHeader[1] }),
    }),
    [REQUEST_CONTEXT_ID]: { ...own(undefined), enumerable: false },
  };
}

function routeOptionsOf(base: object, { pattern }: RouteAddress, target: RouteTarget): object {
  const { routeOptions } = base as { routeOptions?: { config?: object } };
  const { verb: method, config } = target;
  return Object.freeze({
    ...routeOptions,
    method,
    url: pattern,
    config: { ...config, url: pattern, method },
  });
}

function own(value: unknown): PropertyDescriptor {
  return { value, writable: true, enumerable: true, configurable: true };
}

/** A URL contains text: a guard that compares `params.id` with a string must not get a number. */
function asTexts(entries: readonly [string, unknown][]): Record<string, unknown> {
  return Object.fromEntries(
    entries.flatMap(([key, value]) =>
      value === undefined || value === null ? [] : [[key, asText(value)]],
    ),
  );
}

function asText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asText);
  if (typeof value === 'object' && value !== null) return asTexts(Object.entries(value));
  return String(value);
}
