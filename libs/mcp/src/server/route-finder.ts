import 'reflect-metadata';
import { VersioningType, type VersioningOptions } from '@nestjs/common';
import type {
  AbstractHttpAdapter,
  ApplicationConfig,
  HttpAdapterHost,
  ModulesContainer,
} from '@nestjs/core';
import { SERVER_SHAPE } from '../discovery/server-shape.js';
import { RoutePath } from '../parameters/route-path.js';
import type { RouteTarget } from '../parameters/route-target.js';
import { McpConfigurationError } from '../errors/configuration.error.js';
import type { HandlerRoute } from '../execution/handler.factory.js';
import { RouteMiddleware } from '../execution/middleware/route-middleware.js';
import type { DeclaredMethod } from '../parameters/parameter-roles.js';
import { readRoutes, type Route } from './route-table.js';
import type { Module } from '../nest/injector-internals.js';

/** The sources of the application's routes. */
export interface RouteSources {
  readonly modules: ModulesContainer;
  readonly config: ApplicationConfig;
  readonly adapterHost: HttpAdapterHost;
}

type FindRoute = (
  method: DeclaredMethod,
  middleware: 'skip' | undefined,
) => Promise<HandlerRoute | undefined>;

/**
 * Creates a function that finds the route of a controller's method. Call it when all modules, the global prefix and
 * versioning are known.
 */
export function createRouteFinder({ modules, config, adapterHost }: RouteSources): FindRoute {
  let all: readonly Route[] | undefined;
  const adapter = adapterHost.httpAdapter as AbstractHttpAdapter | undefined;
  const versioning = config.getVersioning();
  return async ({ host: controller, name: method, where }, middleware) => {
    all ??= readRoutes(modules, config);
    const routes = all.filter((one) => one.controller === controller && one.method === method);
    const [first, ...more] = routes;
    if (!first) return undefined;
    const handler = (controller.prototype as Record<string, object>)[method] as object;
    const skipsMiddleware = middleware === 'skip';
    if (!skipsMiddleware) await assertMiddleware(where, modules, adapter);
    const others = all;
    let shadows: readonly RegExp[] | undefined;
    const target: RouteTarget = {
      // A route for all HTTP methods takes a body, as the input of its tool does.
      verb: first.verb === 'ALL' ? 'POST' : first.verb,
      paths: [new RoutePath(first.path), ...more.map(({ path }) => new RoutePath(path))],
      get shadows() {
        return (shadows ??= shadowsOf(first, others, adapter?.getType() === 'fastify'));
      },
      versionHeader: versionHeaderOf(first, versioning),
      config: Reflect.getMetadata('__fastify_route_config__', handler) as object | undefined,
    };
    return { target, skipsMiddleware };
  };
}

/** Throws `McpConfigurationError` if the middleware bound to routes cannot run around calls. */
async function assertMiddleware(
  where: string,
  modules: ModulesContainer,
  adapter: AbstractHttpAdapter | undefined,
): Promise<void> {
  if (adapter) {
    if (await RouteMiddleware.of(adapter).isFollowed()) return;
    throw new McpConfigurationError(
      where,
      `the middleware of its route cannot be run around calls, because the way in which ${adapter.constructor.name} matches paths is not known.`,
      "Use Nest's Express or Fastify adapter, or accept that it does not run: @McpTool({ middleware: 'skip' }).",
    );
  }
  const owner = [...modules.values()].find(
    (module) => !module.providers.has(SERVER_SHAPE) && bindsMiddleware(module),
  );
  if (!owner) return;
  throw new McpConfigurationError(
    where,
    `the middleware that ${owner.name}.configure() may bind to its route is not known: Nest does not read it in an application without HTTP.`,
    "Create the application by NestFactory.create() and call init() in place of listen(), or accept that it does not run: @McpTool({ middleware: 'skip' }).",
  );
}

function bindsMiddleware(module: Module): boolean {
  const { prototype } = module.metatype as { prototype?: { configure?: unknown } };
  return typeof prototype?.configure === 'function';
}

/**
 * Routes that match some of the paths of a route before it does: on Express those declared earlier, on Fastify the more
 * specific ones.
 */
function shadowsOf(route: Route, all: readonly Route[], anywhere: boolean): RegExp[] {
  const form = new RoutePath(route.path).toRegExp();
  const rivals = anywhere ? all : all.slice(0, all.indexOf(route));
  return rivals
    .filter(
      ({ verb, path }) =>
        path !== route.path && (verb === route.verb || verb === 'ALL' || route.verb === 'ALL'),
    )
    .map(({ path }) => new RoutePath(path))
    .filter((rival) => form.test(rival.toPath({})))
    .map((rival) => rival.toRegExp());
}

function versionHeaderOf(
  { versions }: Route,
  versioning: VersioningOptions | undefined,
): RouteTarget['versionHeader'] {
  const version = versions.find((one) => typeof one === 'string');
  if (version === undefined) return undefined;
  if (versioning?.type === VersioningType.HEADER) return [versioning.header, version];
  if (versioning?.type === VersioningType.MEDIA_TYPE) {
    return ['accept', `application/json;${versioning.key}${version}`];
  }
  return undefined;
}
