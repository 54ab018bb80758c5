import { Module, type DynamicModule } from '@nestjs/common';
import { ApplicationConfig, ModuleRef, ModulesContainer } from '@nestjs/core';
import { createInspectorController } from './inspector.controller.js';
import type { McpInspectorOptions } from './inspector.options.js';
import { PageServer } from './page-server.js';
import { ShownServers } from './shown-servers.js';

/**
 * Serves a browser page that lists and calls the primitives of the application's MCP servers, and shows their messages.
 */
@Module({})
export class McpInspectorModule {
  /**
   * Serves the page at `/inspector`, unless `NODE_ENV` is `production`. It is an ordinary client of the servers: it
   * shows what their guards allow the caller of its token to see. Throws `McpConfigurationError` at boot for a named
   * server that does not exist.
   */
  static forRoot({
    path = 'inspector',
    enabled = process.env.NODE_ENV !== 'production',
    servers,
    scope,
    decorators = [],
  }: McpInspectorOptions = {}): DynamicModule {
    if (!enabled) return { module: McpInspectorModule };
    const controller = createInspectorController(path);
    for (const decorate of decorators) decorate(controller);
    return {
      module: McpInspectorModule,
      controllers: [controller],
      providers: [
        {
          provide: ShownServers,
          inject: [ModulesContainer, ApplicationConfig, ModuleRef],
          useFactory: (modules: ModulesContainer, config: ApplicationConfig, ref: ModuleRef) =>
            new ShownServers({ names: servers, scope }, controller, modules, config, ref),
        },
        {
          provide: PageServer,
          inject: [ShownServers],
          useFactory: (shown: ShownServers) => new PageServer(shown),
        },
      ],
    };
  }
}
