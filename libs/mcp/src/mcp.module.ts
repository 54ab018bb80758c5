import {
  Module,
  Optional,
  UseGuards,
  VERSION_NEUTRAL,
  type DynamicModule,
  type NestModule,
  type Provider,
  type Type,
} from '@nestjs/common';
import {
  ApplicationConfig,
  ExternalContextCreator,
  HttpAdapterHost,
  ModulesContainer,
} from '@nestjs/core';
import { BearerAuthGuard } from './auth/bearer-auth.guard.js';
import { HostOriginGuard } from './auth/host-origin.guard.js';
import { authOf, PrincipalGuard, findPrincipal } from './auth/principal.guard.js';
import {
  getProtectedResourceToken,
  PROTECTED_RESOURCE,
  ProtectedResource,
} from './auth/protected-resource.js';
import { serveProtectedResource } from './auth/protected-resource-routes.js';
import { markMcpRoute } from './context/mcp-execution-context.js';
import { findShapes, SERVER_SHAPE, toShape } from './discovery/server-shape.js';
import { McpConfigurationError } from './errors/configuration.error.js';
import {
  MCP_OPTIONS,
  type McpModuleAsyncOptions,
  type McpModuleOptions,
  type McpModuleShape,
  type McpOptionsFactory,
} from './mcp.options.js';
import { landingPageProvider } from './landing/landing-page.js';
import { whenAdapterReady } from './nest/adapter-host.js';
import { checkedOptions, checkName } from './server/checked-options.js';
import { HttpRoutes } from './server/http-routes.js';
import { withShape } from './server/late-options.js';
import { getMcpServerToken } from './server/inject-mcp-server.decorator.js';
import { chooseOnlyServer } from './server/only-server.js';
import { RunningServer } from './server/running-server.js';
import { getRunningServerToken } from './server/server-inside.js';
import type { TransportDefinition, TransportEntry } from './transports/mcp.transport.js';
import { sse } from './transports/sse/sse.transport.js';
import { streamableHttp } from './transports/streamable-http/streamable-http.transport.js';

const optionsFactoryToken = Symbol.for('nestjs-mcp:options-factory');

/** Turns decorated methods of providers and controllers into an MCP server. The module is global; import it once for each server. */
@Module({})
export class McpModule implements NestModule {
  constructor(@Optional() private readonly routes?: HttpRoutes) {
    if (routes) return;
    throw new McpConfigurationError(
      'McpModule',
      'it is imported without options.',
      'Import McpModule.forRoot({ name, version }).',
    );
  }

  /** Runs between all modules and the first route. Fastify itself would refuse a duplicate route without naming its owners. */
  async configure(): Promise<void> {
    await this.routes?.refuseTaken();
  }

  /** Declares a server whose options are known when the module is declared. */
  static forRoot(options: McpModuleOptions): DynamicModule {
    return assemble(options, [{ provide: MCP_OPTIONS, useFactory: () => checkedOptions(options) }]);
  }

  /** Declares a server whose options come from providers: `useFactory`, `useClass` or `useExisting`; the shape is given directly. */
  static forRootAsync(options: McpModuleAsyncOptions): DynamicModule {
    const { inject = [], useFactory, useClass, useExisting, ...shape } = options;
    if (useFactory) {
      const late = async (...args: unknown[]) => withShape(await useFactory(...args), shape);
      return assemble(shape, [{ provide: MCP_OPTIONS, inject, useFactory: late }]);
    }
    const token = useExisting ?? optionsFactoryToken;
    if (!useExisting && !useClass) {
      throw new McpConfigurationError(
        'McpModule.forRootAsync',
        'nothing makes the options.',
        'Give useFactory, useClass or useExisting.',
      );
    }
    return assemble(shape, [
      ...(useClass ? [{ provide: optionsFactoryToken, useClass }] : []),
      {
        provide: MCP_OPTIONS,
        inject: [token],
        useFactory: async (factory: McpOptionsFactory) =>
          withShape(await factory.createMcpOptions(), shape),
      },
    ]);
  }
}

function assemble(shape: McpModuleShape, options: Provider[]): DynamicModule {
  const { name, imports = [], transports = [streamableHttp(), sse()] } = shape;
  checkName(name);
  const running = getRunningServerToken(name);
  const token = getMcpServerToken(name);
  const ownResource = getProtectedResourceToken(name);
  for (const transport of transports) (transport as TransportDefinition).declare?.();
  const mounted = transports.map((transport) => mount(transport as TransportDefinition, shape));
  return {
    module: McpModule,
    global: true,
    imports,
    controllers: mounted.flatMap(({ controller }) => controller ?? []),
    providers: [
      ...options,
      { provide: SERVER_SHAPE, useValue: toShape(shape) },
      {
        provide: running,
        inject: [
          ownResource,
          HttpRoutes,
          ModulesContainer,
          ApplicationConfig,
          ExternalContextCreator,
          HttpAdapterHost,
        ],
        useFactory: (
          resource: ProtectedResource,
          routes: HttpRoutes,
          modules: ModulesContainer,
          config: ApplicationConfig,
          creator: ExternalContextCreator,
          adapterHost: HttpAdapterHost,
        ) =>
          new RunningServer(resource.options, {
            modules,
            config,
            creator,
            adapterHost,
            authOf,
            fullPaths: (verb, path) => routes.fullPaths(verb, `${shape.prefix ?? ''}/${path}`),
            keepForCard: (paths) => routes.keepForCard(paths),
            principalOf: (request) => findPrincipal(request, resource.options),
            challenge: (request, scopes, known) =>
              resource.challenge(request, {
                scopes,
                ...(known && {
                  error: 'insufficient_scope',
                  description: 'The token lacks scopes',
                }),
              }),
          }),
      },
      { provide: token, inject: [running], useFactory: (server: RunningServer) => server.ref },
      {
        provide: getMcpServerToken(),
        inject: [token, ModulesContainer],
        useFactory: chooseOnlyServer,
      },
      ...mounted.map(({ entry, transport }) => ({
        provide: entry,
        inject: [running],
        useFactory: (server: RunningServer): TransportEntry => server.entry(transport),
      })),
      {
        provide: HttpRoutes,
        inject: [ModulesContainer, ApplicationConfig, HttpAdapterHost],
        useFactory: (modules: ModulesContainer, config: ApplicationConfig, host: HttpAdapterHost) =>
          new HttpRoutes(name, shape.expressPrototypes === 'early', modules, config, host),
      },
      {
        provide: ownResource,
        inject: [MCP_OPTIONS, HttpRoutes, ModulesContainer, HttpAdapterHost],
        useFactory: (
          given: McpModuleOptions,
          routes: HttpRoutes,
          modules: ModulesContainer,
          adapterHost: HttpAdapterHost,
        ) => {
          const resource = new ProtectedResource(given, {
            paths: () => routes.paths(),
            isTaken: (path) => routes.isTaken(path),
            isAlone: () => findShapes(modules).length === 1,
          });
          whenAdapterReady(adapterHost, (httpAdapter) =>
            serveProtectedResource(httpAdapter, resource),
          );
          return resource;
        },
      },
      { provide: PROTECTED_RESOURCE, useExisting: ownResource },
      landingPageProvider(name),
    ],
    exports: [MCP_OPTIONS, ownResource, PROTECTED_RESOURCE, token, getMcpServerToken()],
  };
}

interface Mounted {
  readonly transport: TransportDefinition;
  readonly entry: symbol;
  readonly controller?: Type;
}

/** Creates the controller of a transport, with the guards of every MCP route. */
function mount(transport: TransportDefinition, shape: McpModuleShape): Mounted {
  const entry = Symbol(`nestjs-mcp:${shape.name}:${transport.kind}`);
  const {
    prefix = '',
    apiVersion: version = VERSION_NEUTRAL,
    guards = [],
    decorators = [],
  } = shape;
  const controller = transport.createController?.({ prefix, version, entry });
  if (!controller) return { transport, entry };
  markMcpRoute(controller, shape.name);
  UseGuards(HostOriginGuard, BearerAuthGuard, ...guards, PrincipalGuard)(controller);
  // Swagger's own decorator writes this: MCP routes are not part of the documented REST API.
  Reflect.defineMetadata('swagger/apiExcludeController', [true], controller);
  for (const decorate of decorators) decorate(controller);
  return { transport, entry, controller };
}
