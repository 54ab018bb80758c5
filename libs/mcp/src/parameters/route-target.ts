import { encodeText, type RoutePath } from './route-path.js';

/** The route that a tool or a resource is made from, as its router knows it. */
export interface RouteTarget {
  readonly verb: string;
  /** With global prefix and version; several where the route has several. */
  readonly paths: readonly [RoutePath, ...RoutePath[]];
  /** Paths that the router gives to another route although they have the form of this one. */
  readonly shadows: readonly RegExp[];
  /** The header that asks for the route's version, where the path does not. */
  readonly versionHeader?: readonly [name: string, value: string];
  /** What Fastify keeps for the route beside verb and path: its `config`. */
  readonly config?: object;
  /** A request of the adapter's own kind for a call that came without one, with what that call's own request says. */
  readonly createRequest: (local: object) => object;
}

/** Where a client would send the request that a call stands for. */
export interface RouteAddress {
  readonly pattern: string;
  readonly path: string;
  /** Path and query. */
  readonly url: string;
}

/** The address of the route for the values of a call. */
export function addressOf(
  { paths, shadows }: RouteTarget,
  params: Readonly<Record<string, unknown>>,
  query: Readonly<Record<string, unknown>>,
): RouteAddress {
  const route =
    paths.length === 1 ? paths[0] : (paths.find((one) => isFilled(one, params)) ?? paths[0]);
  const filled = route.toPath(params);
  // Over HTTP this path is another route's: what is bound to that one, or exempts it, must not decide for this one.
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
