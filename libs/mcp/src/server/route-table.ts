import { RequestMethod, VERSION_NEUTRAL, type ControllerOptions, type Type } from '@nestjs/common';
import { MetadataScanner, type ApplicationConfig, type ModulesContainer } from '@nestjs/core';
import { serverOfRoute } from '../context/mcp-execution-context.js';
import type { Module } from '../nest/injector-internals.js';
import {
  METHOD_METADATA,
  MODULE_PATH,
  PATH_METADATA,
  VERSION_METADATA,
} from '../nest/metadata-keys.js';
import { RoutePathFactory } from '../nest/router-internals.js';

/** One HTTP method on one path, and its handler. */
export interface Route {
  readonly verb: string;
  /** The full path, with global prefix and version. */
  readonly path: string;
  /** The path as declared by controller and method. */
  readonly declared: string;
  readonly controller: Type;
  /** The controller's method. */
  readonly method: string;
  /** The MCP server of the route; `undefined` for the application's own. */
  readonly server: string | undefined;
  /** `Class.method`, or the server's name. */
  readonly owner: string;
  readonly versions: readonly unknown[];
}

/**
 * Every route of the application, in the order of registration, with global prefix, versioning and router modules.
 * Known once all modules are.
 */
export function readRoutes(modules: ModulesContainer, config: ApplicationConfig): Route[] {
  const paths = new RoutePathFactory(config);
  const scanner = new MetadataScanner();
  return [...modules.values()].flatMap((module) =>
    [...module.controllers.values()].flatMap(({ metatype }) => {
      const controller = metatype as Type;
      const prototype = controller.prototype as Record<string, object>;
      return scanner.getAllMethodNames(prototype).flatMap((method): Route[] => {
        const handler = prototype[method] as object;
        const verb = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
        const methodPath = Reflect.getMetadata(PATH_METADATA, handler) as
          string | string[] | undefined;
        if (verb === undefined || methodPath === undefined) return [];
        const version =
          versionOf(handler) ?? versionOf(controller) ?? config.getVersioning()?.defaultVersion;
        const server = serverOfRoute(controller);
        return list(Reflect.getMetadata(PATH_METADATA, controller) as string | string[])
          .flatMap((ctrlPath) =>
            list(methodPath).flatMap((own) =>
              paths
                .create(
                  {
                    ctrlPath: withSlash(ctrlPath),
                    methodPath: withSlash(own),
                    modulePath: modulePathOf(module, modules),
                    globalPrefix: config.getGlobalPrefix(),
                    controllerVersion: version,
                    versioningOptions: config.getVersioning(),
                  },
                  verb,
                )
                .map((path) => ({ path, declared: `${ctrlPath}/${own}` })),
            ),
          )
          .map((where) => ({
            verb: RequestMethod[verb],
            ...where,
            controller,
            method,
            server,
            owner: server === undefined ? `${controller.name}.${method}` : `MCP server '${server}'`,
            versions: list(version ?? VERSION_NEUTRAL),
          }));
      });
    }),
  );
}

function versionOf(target: object): ControllerOptions['version'] {
  return Reflect.getMetadata(VERSION_METADATA, target) as ControllerOptions['version'];
}

function modulePathOf(module: Module, modules: ModulesContainer): string | undefined {
  const path: unknown =
    Reflect.getMetadata(MODULE_PATH + modules.applicationId, module.metatype) ??
    Reflect.getMetadata(MODULE_PATH, module.metatype);
  return path as string | undefined;
}

function withSlash(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}

function list<T>(value: T | T[] | readonly T[]): T[] {
  return (Array.isArray(value) ? value : [value]) as T[];
}
