import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type {
  AbstractHttpAdapter,
  ApplicationConfig,
  HttpAdapterHost,
  ModulesContainer,
} from '@nestjs/core';
import { ServerLogger } from '../errors/server.logger.js';
import { acceptTrailingSlash, claimRequestBodies } from '../platform/claim-request-bodies.js';
import { Http2Sessions } from '../platform/http2-sessions.js';
import { UnusedConnections } from '../platform/unused-connections.js';
import { whenAdapterReady } from '../nest/adapter-host.js';
import { prepareExpressPrototypes } from '../platform/express-prototypes.js';
import { RoutePattern } from '../platform/route-pattern.js';
import { joinPath } from '../transports/http/mount.js';
import { readRoutes, type Route } from './route-table.js';
import { BootReport } from '../discovery/boot-report.js';
import { refuseShadowedRoutes, refuseTakenCards, refuseTakenRoutes } from './taken-routes.js';

/**
 * The HTTP routes of one server: the server parses their bodies itself, and no other controller may have the same
 * routes.
 */
export class HttpRoutes implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private routes: readonly Route[] | undefined;
  private matcher: ((path: string) => boolean) | undefined;
  private connections: readonly { close(): void }[] = [];
  private cardPaths: () => readonly string[] = () => [];

  constructor(
    private readonly server: string,
    private readonly earlyPrototypes: boolean,
    private readonly modules: ModulesContainer,
    private readonly config: ApplicationConfig,
    private readonly adapterHost: HttpAdapterHost,
  ) {
    whenAdapterReady(adapterHost, (httpAdapter) => this.claim(httpAdapter));
  }

  /**
   * Throws `McpConfigurationError` if another controller serves one of the routes, together with every other wrong
   * declaration.
   */
  async refuseTaken(): Promise<void> {
    const report = BootReport.of(this.modules);
    const routes = readRoutes(this.modules, this.config);
    this.routes = routes;
    refuseTakenRoutes(routes, report.errors);
    refuseTakenCards(routes, { server: this.server, paths: this.cardPaths() }, report.errors);
    // Fastify prefers the most specific route, whatever the order.
    const isOrdered = this.adapterHost.httpAdapter?.getType?.() === 'express';
    if (isOrdered && !isSortedByNest(this.config)) refuseShadowedRoutes(routes, report.errors);
    if (report.errors.size > 0) await report.end();
  }

  onApplicationBootstrap(): void {
    // Express' HTTP server is created after the providers.
    const { httpAdapter } = this.adapterHost;
    const server: unknown = httpAdapter?.getHttpServer?.();
    if (typeof server === 'object' && server !== null) {
      this.connections = [new UnusedConnections(server), new Http2Sessions(server)];
      if (this.earlyPrototypes) prepareExpressPrototypes(httpAdapter);
    }
    const routes = readRoutes(this.modules, this.config);
    // Earlier reads may have happened before the global prefix was set.
    this.routes = routes;
    this.matcher = undefined;
    const logger = new ServerLogger(this.server);
    for (const [path, verbs] of this.ownPaths(routes)) logger.log(`Mapped {${path}, ${verbs}}`);
  }

  beforeApplicationShutdown(): void {
    for (const connections of this.connections) connections.close();
  }

  /** Runs before any middleware and route is registered, which Nest does only after all providers exist. */
  private claim(httpAdapter: AbstractHttpAdapter): void {
    claimRequestBodies(httpAdapter, (path) => this.has(path));
    acceptTrailingSlash(httpAdapter, (path) => this.has(path));
  }

  /** The paths of the server for clients. */
  paths(): readonly string[] {
    return [...new Set(this.own(this.all()).map(({ path }) => path))];
  }

  /** Reserves the paths of the server's card. */
  keepForCard(paths: () => readonly string[]): void {
    this.cardPaths = paths;
  }

  /** Whether a route of the application itself has this path. */
  isTaken(path: string): boolean {
    const wanted = path.toLowerCase();
    return this.all().some((one) => one.server === undefined && one.path.toLowerCase() === wanted);
  }

  private all(): readonly Route[] {
    this.routes ??= readRoutes(this.modules, this.config);
    return this.routes;
  }

  /** The full paths of a route of this server, one for each of its versions. */
  fullPaths(verb: 'GET' | 'POST', path: string): readonly string[] {
    const wanted = joinPath(path);
    return this.own(this.all())
      .filter((route) => route.verb === verb && joinPath(route.declared) === wanted)
      .map((route) => route.path);
  }

  private has(path: string): boolean {
    this.matcher ??= matcherOf(this.own(this.all()).map((route) => route.path));
    return this.matcher(path);
  }

  private own(routes: readonly Route[]): Route[] {
    return routes.filter(({ server }) => server === this.server);
  }

  private ownPaths(routes: readonly Route[]): Map<string, string> {
    const verbs = new Map<string, string>();
    for (const { path, verb } of this.own(routes)) {
      const known = verbs.get(path);
      verbs.set(path, known === undefined ? verb : `${known} ${verb}`);
    }
    return verbs;
  }
}

/** A fast comparison for plain paths, because most applications have only these and it runs for every request. */
function matcherOf(paths: readonly string[]): (path: string) => boolean {
  const declared = new Set(paths.map((path) => path.toLowerCase()));
  const patterns = [...declared]
    .map((path) => new RoutePattern(path))
    .filter(({ isLiteral }) => !isLiteral);
  return (path) =>
    declared.has(path) ||
    declared.has(path.toLowerCase()) ||
    patterns.some((pattern) => pattern.matches(path));
}

/** Nest 12 can register exact routes before those with parameters. */
function isSortedByNest(config: ApplicationConfig): boolean {
  const { getRouteResolutionStrategy } = config as { getRouteResolutionStrategy?: () => unknown };
  return getRouteResolutionStrategy?.call(config) === 'specificity';
}
