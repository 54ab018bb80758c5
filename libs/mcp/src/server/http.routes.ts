import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type {
  AbstractHttpAdapter,
  ApplicationConfig,
  HttpAdapterHost,
  ModulesContainer,
} from '@nestjs/core';
import { ServerLogger } from '../errors/server.logger.js';
import { acceptTrailingSlash, claimRequestBodies } from '../platform/claim-request-bodies.js';
import { UnusedConnections } from '../platform/unused-connections.js';
import { whenAdapterReady } from './adapter.ready.js';
import { prepareExpressPrototypes } from '../platform/express.prototypes.js';
import { readRoutes, refuseTakenRoutes, type Route } from './route.table.js';

/** The HTTP routes of one server: their bodies are the server's to read, and nobody else's routes are theirs. */
export class HttpRoutes implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private routes: readonly Route[] | undefined;
  private ownPathSet: ReadonlySet<string> | undefined;
  private connections: UnusedConnections | undefined;

  constructor(
    private readonly server: string,
    private readonly earlyPrototypes: boolean,
    private readonly modules: ModulesContainer,
    private readonly config: ApplicationConfig,
    private readonly adapterHost: HttpAdapterHost,
  ) {
    whenAdapterReady(adapterHost, (httpAdapter) => this.claim(httpAdapter));
  }

  /** Throws `McpConfigurationError` where one of the routes is also somebody else's. */
  refuseTaken(): void {
    refuseTakenRoutes(readRoutes(this.modules, this.config));
  }

  onApplicationBootstrap(): void {
    // Express' server is made after the providers.
    const { httpAdapter } = this.adapterHost;
    const server: unknown = httpAdapter?.getHttpServer?.();
    if (typeof server === 'object' && server !== null) {
      this.connections = new UnusedConnections(server);
      if (this.earlyPrototypes) prepareExpressPrototypes(httpAdapter);
    }
    const routes = readRoutes(this.modules, this.config);
    // Whatever asked earlier may have asked before the global prefix was set.
    this.routes = routes;
    this.ownPathSet = undefined;
    const logger = new ServerLogger(this.server);
    for (const [path, verbs] of this.ownPaths(routes)) logger.log(`Mapped {${path}, ${verbs}}`);
  }

  beforeApplicationShutdown(): void {
    this.connections?.close();
  }

  /** Before any middleware and route, which Nest registers only after all providers exist. */
  private claim(httpAdapter: AbstractHttpAdapter): void {
    claimRequestBodies(httpAdapter, (path) => this.has(path));
    acceptTrailingSlash(httpAdapter, (path) => this.has(path));
  }

  /** Where clients find the server. */
  paths(): readonly string[] {
    return [...new Set(this.own(this.all()).map(({ path }) => path))];
  }

  /** Whether a route of the application itself answers this path. */
  isTaken(path: string): boolean {
    const wanted = path.toLowerCase();
    return this.all().some((one) => one.server === undefined && one.path.toLowerCase() === wanted);
  }

  private all(): readonly Route[] {
    this.routes ??= readRoutes(this.modules, this.config);
    return this.routes;
  }

  private has(path: string): boolean {
    this.ownPathSet ??= new Set(this.own(this.all()).map((route) => route.path.toLowerCase()));
    return this.ownPathSet.has(path) || this.ownPathSet.has(path.toLowerCase());
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
