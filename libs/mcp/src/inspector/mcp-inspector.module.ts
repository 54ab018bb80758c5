import { Module, type DynamicModule } from '@nestjs/common';
import { ApplicationConfig, ModuleRef, ModulesContainer } from '@nestjs/core';
import { createInspectorController } from './inspector.controller.js';
import type { McpInspectorOptions } from './inspector.options.js';
import { PageServer } from './page-server.js';
import { ShownServers } from './shown-servers.js';

/** Serves a page on which people see, call and watch what the MCP servers of the application offer. */
@Module({})
export class McpInspectorModule {
  /**
   * The page at `/inspector`, unless `NODE_ENV` is `production`. It is a client of the servers as any other: what it shows is what
   * their guards let the bearer of its token see. Throws `McpConfigurationError` at boot where a named server does not exist.
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
