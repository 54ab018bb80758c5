import { UseGuards, type LoggerService, type Type } from '@nestjs/common';
import type { ContextId, ModulesContainer } from '@nestjs/core';
import type { McpCall } from '../context/mcp-call.js';
import type { McpContext } from '../context/mcp-context.js';
import { findServerModule, serverModuleRef } from '../discovery/server-shape.js';
import { findProvidedGuard } from '../access/provided-guard.js';
import type { AccessFactory } from '../access/access.factory.js';
import { checkNumber, timeLimit } from '../errors/number-check.js';
import type { HandlerFactory } from '../execution/handler.factory.js';
import { createHost, type HandlerHost } from '../execution/handler-host.js';
import { requestContext } from '../execution/host-instances.js';
import { planRuntimeHandler } from '../parameters/parameter-plan.js';
import { checkCacheHint, dependsOnCaller } from '../primitives/cache-hint.js';
import type { McpHandler, McpPrimitiveOptions } from '../primitives/mcp.primitive.js';
import type { PrimitiveKind } from '../primitives/primitive-kind.js';
import type { SchemaSource, ToSchemaOptions } from '../schema/to-schema.js';
import type { McpPrimitives, McpRuntimeHandler } from './mcp-server-ref.js';
import type { Module } from '../nest/injector-internals.js';

/** The server's parts that adding at run time needs. */
export interface RuntimeSettings {
  readonly server: string;
  readonly modules: ModulesContainer;
  readonly handlers: HandlerFactory;
  readonly access: AccessFactory<HandlerHost>;
  /** Options for reading the schemas of inputs. */
  readonly schemas: () => Omit<ToSchemaOptions, 'io' | 'where' | 'root'>;
  readonly logger: LoggerService;
  /** The caller as a call, from a context or from a request that the application's own guards have accepted. */
  readonly askerOf: (asking: McpContext | object) => McpCall;
}

/** A kind whose definitions the application may read. */
interface ListedKind<Definition> extends PrimitiveKind {
  definitions(): Definition[];
  definitionsFor(call: McpCall): Promise<Definition[]>;
}

type Handle = (input: never, context: McpContext) => unknown;

type Added = McpPrimitiveOptions &
  Pick<McpRuntimeHandler, 'name' | 'guards'> & { handler: Handle; input?: SchemaSource };

/** Primitives that are added and removed while the server runs, with the pipeline of the decorated ones. */
export class RuntimePrimitives<Options, Definition> implements McpPrimitives<Options, Definition> {
  constructor(
    private readonly kind: ListedKind<Definition>,
    private readonly settings: RuntimeSettings,
  ) {}

  add(primitive: Options): () => void {
    const { handler, guards = [], ...options } = primitive as unknown as Added;
    const where = `server.${this.kind.noun}s.add('${options.name}')`;
    checkNumber(`${where} (timeout)`, options.timeout, timeLimit);
    checkCacheHint(where, options.cache, dependsOnCaller(options));
    const plan = planRuntimeHandler(options.input, where, this.settings.schemas());
    const host = this.hostOf(handler, guards);
    const type = this.kind.outputClassOf?.({ where, options });
    const output = type && { type };
    const { handlers } = this.settings;
    let serialized: boolean | undefined;
    return this.kind.add({
      where,
      name: options.name,
      options,
      input: plan.input,
      serialized: () =>
        (serialized ??= handlers.isSerialized(
          host,
          (host.type.prototype as { handle: object }).handle,
        )),
      handler: lazily(() => handlers.create(host, 'handle', plan, where, { output })),
      access: this.settings.access.createLate({
        host,
        method: 'handle',
        primitive: { kind: this.kind.noun, name: options.name },
        where,
        declared: [options],
      }),
    });
  }

  /** A guard class that a module provides is used as that module's, any other is created in the server's module. */
  private hostOf(
    handler: McpRuntimeHandler['handler'],
    guards: NonNullable<McpRuntimeHandler['guards']>,
  ): HandlerHost {
    const { modules, server } = this.settings;
    const moduleRef = serverModuleRef(modules, server);
    const contextId = (request: object): ContextId => requestContext(request, host);
    const found = guards.map((guard) =>
      typeof guard === 'function'
        ? (findProvidedGuard(guard, { moduleRef, contextId }) ?? guard)
        : guard,
    );
    const host = createRuntimeHost(handler, found, findServerModule(modules, server));
    return host;
  }

  list(): Definition[] {
    return this.kind.definitions().map(copyOf);
  }

  async visibleTo(asking: McpContext | object): Promise<Definition[]> {
    const definitions = await this.kind.definitionsFor(this.settings.askerOf(asking));
    return definitions.map(copyOf);
  }
}

/** A copy, so that changes by the application do not affect clients. */
function copyOf<Definition>(definition: Definition): Definition {
  return JSON.parse(JSON.stringify(definition)) as Definition;
}

function createRuntimeHost(
  handler: Handle,
  guards: NonNullable<McpRuntimeHandler['guards']>,
  module: Module,
): HandlerHost {
  class RuntimePrimitive {
    handle(input: never, context: never): unknown {
      return handler(input, context);
    }
  }
  const descriptor = Object.getOwnPropertyDescriptor(RuntimePrimitive.prototype, 'handle');
  if (guards.length > 0)
    UseGuards(...guards)(RuntimePrimitive.prototype, 'handle', descriptor as PropertyDescriptor);
  return createHost(RuntimePrimitive as Type, new RuntimePrimitive(), module);
}

/** Global enhancers are complete only when the application is, so the pipeline is built on the first call. */
function lazily(create: () => Promise<McpHandler>): McpHandler {
  let created: Promise<McpHandler> | undefined;
  return async (input, context, call) => {
    created ??= create();
    return (await created)(input, context, call);
  };
}
