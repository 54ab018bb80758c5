import 'reflect-metadata';
import { VersioningType, type Type, type VersioningOptions } from '@nestjs/common';
import type {
  AbstractHttpAdapter,
  ApplicationConfig,
  HttpAdapterHost,
  ModulesContainer,
} from '@nestjs/core';
import { RoutePath } from '../parameters/route.path.js';
import type { RouteTarget } from '../parameters/route.target.js';
import { createLocalRequest } from '../platform/local.request.js';
import { readRoutes, type Route } from './route.table.js';

/** Where the routes of the application are known from. */
export interface RouteSources {
  readonly modules: ModulesContainer;
  readonly config: ApplicationConfig;
  readonly adapterHost: HttpAdapterHost;
}

type FindRoute = (controller: Type, method: string) => RouteTarget | undefined;

/** Finds the route of a controller's method. To be made when all modules are known, global prefix and versioning included. */
export function createRouteFinder({ modules, config, adapterHost }: RouteSources): FindRoute {
  let all: readonly Route[] | undefined;
  const adapter = adapterHost.httpAdapter as AbstractHttpAdapter | undefined;
  const versioning = config.getVersioning();
  return (controller, method) => {
    all ??= readRoutes(modules, config);
    const routes = all.filter((one) => one.controller === controller && one.method === method);
    const [first, ...more] = routes;
    if (!first) return undefined;
    const handler = (controller.prototype as Record<string, object>)[method] as object;
    const others = all;
    let shadows: readonly RegExp[] | undefined;
    return {
      // A route for all verbs takes a body, as the input of its tool does.
      verb: first.verb === 'ALL' ? 'POST' : first.verb,
      paths: [new RoutePath(first.path), ...more.map(({ path }) => new RoutePath(path))],
      get shadows() {
        return (shadows ??= shadowsOf(first, others, adapter?.getType() === 'fastify'));
      },
      versionHeader: versionHeaderOf(first, versioning),
      config: Reflect.getMetadata('__fastify_route_config__', handler) as object | undefined,
      createRequest: (local) => createLocalRequest(adapter, local),
    };
  };
}

/** Routes that answer some of the paths that have the form of a route: on Express those declared before it, on Fastify the more precise ones. */
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
