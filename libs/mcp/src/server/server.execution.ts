import {
  ModuleRef,
  type AbstractHttpAdapter,
  type ApplicationConfig,
  type ExternalContextCreator,
  type HttpAdapterHost,
  type ModulesContainer,
} from '@nestjs/core';
import { findServerModule } from '../discovery/server.shape.js';
import { AccessFactory } from '../access/access.factory.js';
import { createCheckContext } from '../execution/check.context.js';
import {
  HandlerFactory,
  moduleRefOf,
  requestContext,
  type HandlerSettings,
} from '../execution/handler.factory.js';
import type { HandlerHost } from '../execution/handler.host.js';
import type { McpModuleOptions } from '../mcp.options.js';
import { DetachedResponses } from '../platform/detached.factory.js';

/** What the execution of calls takes from Nest's container. */
export interface ExecutionParts {
  readonly modules: ModulesContainer;
  readonly config: ApplicationConfig;
  readonly creator: ExternalContextCreator;
  readonly adapterHost: HttpAdapterHost;
}

/** Makes what wraps the methods of one server in their enhancers, and what asks who may see them. */
export function createExecution(
  { name, visibility }: McpModuleOptions,
  { modules, config, creator, adapterHost }: ExecutionParts,
  { inputPipe, logger }: Pick<HandlerSettings, 'inputPipe' | 'logger'>,
): { handlers: HandlerFactory; access: AccessFactory<HandlerHost> } {
  const responses = new DetachedResponses(
    () => adapterHost.httpAdapter as AbstractHttpAdapter | undefined,
  );
  return {
    handlers: new HandlerFactory({ creator, config, inputPipe, responses, logger }),
    access: new AccessFactory({
      visibility,
      moduleRef: () =>
        findServerModule(modules, name).getProviderByKey<ModuleRef>(ModuleRef).instance,
      moduleRefOf,
      contextOf: (method, call) => createCheckContext(method, call, responses),
      contextIdOf: requestContext,
      logger,
    }),
  };
}
