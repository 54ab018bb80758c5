import { encodeText, type RoutePath } from './route-path.js';

/** The route of a tool or a resource, as its router sees it. */
export interface RouteTarget {
  readonly verb: string;
  /** The paths with global prefix and version; one for each version. */
  readonly paths: readonly [RoutePath, ...RoutePath[]];
  /** Paths of this form that the router assigns to another route. */
  readonly shadows: readonly RegExp[];
  /** The header that selects the route's version, if the path does not. */
  readonly versionHeader?: readonly [name: string, value: string];
  /** Fastify's `config` of the route. */
  readonly config?: object;
}

/** The URL of the request that a call represents. */
export interface RouteAddress {
  readonly pattern: string;
  readonly path: string;
  /** Path and query. */
  readonly url: string;
}

/** The URL of the route for the values of a call. */
export function addressOf(
  { paths, shadows }: RouteTarget,
  params: Readonly<Record<string, unknown>>,
  query: Readonly<Record<string, unknown>>,
): RouteAddress {
  const route =
    paths.length === 1 ? paths[0] : (paths.find((one) => isFilled(one, params)) ?? paths[0]);
  const filled = route.toPath(params);
  // Over HTTP this path belongs to another route, whose middleware and exemptions must not apply to this one.
  const path = shadows.some((shadow) => shadow.test(filled)) ? route.toPath({}) : filled;
  const search = toQuery(query);
  return { pattern: route.pattern, path, url: search === '' ? path : `${path}?${search}` };
}

function isFilled(path: RoutePath, params: Readonly<Record<string, unknown>>): boolean {
  const variables = path.variables();
  return (
    [...variables].every(([name, always]) => !always || params[name] !== undefined) &&
    Object.keys(params).every((name) => variables.has(name))
  );
}

function toQuery(query: Readonly<Record<string, unknown>>): string {
  const pairs: string[] = [];
  for (const [name, value] of Object.entries(query)) addPairs(pairs, encodeText(name), value);
  return pairs.join('&');
}

function addPairs(pairs: string[], name: string, value: unknown): void {
  if (Array.isArray(value)) for (const one of value) addPairs(pairs, name, one);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, one] of Object.entries(value))
      addPairs(pairs, `${name}[${encodeText(key)}]`, one);
  } else pairs.push(`${name}=${encodeText(String(value))}`);
}
