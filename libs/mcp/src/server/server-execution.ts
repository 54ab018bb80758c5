import type { Type } from '@nestjs/common';
import type {
  AbstractHttpAdapter,
  ApplicationConfig,
  ExternalContextCreator,
  HttpAdapterHost,
  ModulesContainer,
} from '@nestjs/core';
import { McpConfigurationError } from '../errors/configuration.error.js';
import { serverModuleRef } from '../discovery/server-shape.js';
import { AccessFactory } from '../access/access.factory.js';
import { createCheckContext } from '../execution/check-context.js';
import { HandlerFactory, type HandlerSettings } from '../execution/handler.factory.js';
import type { HandlerHost } from '../execution/handler-host.js';
import { moduleRefOf, requestContext } from '../execution/host-instances.js';
import { RouteMiddleware } from '../execution/middleware/route-middleware.js';
import type { McpModuleOptions } from '../mcp.options.js';
import { DetachedResponses } from '../platform/detached.factory.js';
import { whenAdapterReady } from '../nest/adapter-host.js';

/** The parts of Nest's container that the execution of calls needs. */
export interface ExecutionParts {
  readonly modules: ModulesContainer;
  readonly config: ApplicationConfig;
  readonly creator: ExternalContextCreator;
  readonly adapterHost: HttpAdapterHost;
}

/** Creates the functions that run the methods of one server with their enhancers, and that check their visibility. */
export function createExecution(
  { name, visibility, excludeEnhancers: excluded = [] }: McpModuleOptions,
  { modules, config, creator, adapterHost }: ExecutionParts,
  { inputPipe, logger }: Pick<HandlerSettings, 'inputPipe' | 'logger'>,
): { handlers: HandlerFactory; access: AccessFactory<HandlerHost> } {
  for (const type of excluded) assertExcludable(type);
  const adapter = () => adapterHost.httpAdapter as AbstractHttpAdapter | undefined;
  const responses = new DetachedResponses(adapter);
  // Nest registers middleware only after all providers exist.
  whenAdapterReady(adapterHost, (httpAdapter) => void RouteMiddleware.of(httpAdapter));
  const middleware = () => {
    const httpAdapter = adapter();
    return httpAdapter && RouteMiddleware.of(httpAdapter);
  };
  return {
    handlers: new HandlerFactory({
      creator,
      config,
      inputPipe,
      responses,
      excluded,
      middleware,
      logger,
    }),
    access: new AccessFactory({
      visibility,
      moduleRef: () => serverModuleRef(modules, name),
      moduleRefOf,
      contextOf: (method, call) => createCheckContext(method, call, responses),
      contextIdOf: requestContext,
      logger,
    }),
  };
}

/**
 * Throws `McpConfigurationError` for a class that is neither interceptor nor filter: guards and pipes are never
 * skipped.
 */
function assertExcludable(type: Type): void {
  const { canActivate, transform, intercept, catch: handle } = type.prototype as Enhancer;
  if (!canActivate && !transform && (intercept || handle)) return;
  const what = canActivate
    ? 'a guard'
    : transform
      ? 'a pipe'
      : 'neither an interceptor nor a filter';
  throw new McpConfigurationError(
    'excludeEnhancers',
    `${type.name} is ${what}.`,
    'Name classes of global interceptors and filters; guards and pipes cannot be excluded.',
  );
}

/** The methods that distinguish the kinds of enhancers. */
type Enhancer = Readonly<Record<'canActivate' | 'transform' | 'intercept' | 'catch', unknown>>;
