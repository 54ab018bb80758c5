import { VERSION_NEUTRAL } from '@nestjs/common';
import { McpConfigurationError } from '../errors/configuration.error.js';
import type { DeclarationErrors } from '../errors/declaration-errors.js';
import { RoutePattern } from '../platform/route-pattern.js';
import type { Route } from './route-table.js';

/** Adds an error for each route of an MCP server that another controller of the application also serves. */
export function refuseTakenRoutes(routes: readonly Route[], errors: DeclarationErrors): void {
  for (const route of routes) {
    if (route.server === undefined) continue;
    const other = routes.find((one) => one.controller !== route.controller && overlaps(one, route));
    if (!other) continue;
    errors.add(
      new McpConfigurationError(
        route.owner,
        `${route.verb} ${route.path} is taken: ${route.owner} and ${other.owner} both answer it.`,
        'Give the server a prefix, or its transport another path: streamableHttp({ path }), sse({ path, messagesPath }).',
      ),
    );
  }
}

/**
 * Adds an error for each path of a server's card that a route of the application also has: the card would replace it.
 */
export function refuseTakenCards(
  routes: readonly Route[],
  { server, paths }: { readonly server: string; readonly paths: readonly string[] },
  errors: DeclarationErrors,
): void {
  for (const path of paths) {
    const other = routes.find((one) => one.path.toLowerCase() === path.toLowerCase());
    if (!other) continue;
    errors.add(
      new McpConfigurationError(
        `MCP server '${server}'`,
        `${path} is taken: its server card and ${other.owner} (${other.verb}) both answer it.`,
        'Leave serverCard out, give the server a prefix, or its transport another path.',
      ),
    );
  }
}

/**
 * Adds an error for each route of the application with a parameter or a wildcard that is registered before a route of
 * an MCP server and would match in its place. For adapters that match routes in order.
 */
export function refuseShadowedRoutes(routes: readonly Route[], errors: DeclarationErrors): void {
  const patterns = routes.map(({ path }) => new RoutePattern(path));
  for (const [index, route] of routes.entries()) {
    const pattern = patterns[index];
    if (route.server === undefined || !pattern) continue;
    const other = routes
      .slice(0, index)
      .find(
        (one, i) =>
          one.server === undefined &&
          patterns[i]?.isLiteral === false &&
          patterns[i].overlaps(pattern) &&
          meets(one, route),
      );
    if (!other) continue;
    errors.add(
      new McpConfigurationError(
        route.owner,
        `${route.verb} ${route.path} of ${route.owner} is never reached: ${other.owner} (${other.verb} ${other.path}) comes before and answers it.`,
        'Give the server a prefix or its transport another path, or move that route to a module that is imported after McpModule.',
      ),
    );
  }
}

function overlaps(one: Route, other: Route): boolean {
  return one.path.toLowerCase() === other.path.toLowerCase() && meets(one, other);
}

/** Whether HTTP method and version allow a request to match both routes. */
function meets(one: Route, other: Route): boolean {
  return (
    (one.verb === other.verb || one.verb === 'ALL' || other.verb === 'ALL') &&
    (one.versions.includes(VERSION_NEUTRAL) ||
      other.versions.includes(VERSION_NEUTRAL) ||
      one.versions.some((version) => other.versions.includes(version)))
  );
}
