import type { Logger, PipeTransform, Type, ValidationPipe } from '@nestjs/common';
import { ContextIdFactory, ModuleRef } from '@nestjs/core';
import type { ApplicationConfig, ContextId, ExternalContextCreator } from '@nestjs/core';
import type { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
import { REQUEST_CONTEXT_ID } from '@nestjs/core/router/request/request-constants.js';
import type { McpHandler } from '../primitives/mcp.primitive.js';
import { logCalls } from './call.log.js';
import { resolveEnhancers } from './enhancer.resolver.js';
import { isCreatedByNest, type HandlerHost } from './handler.host.js';
import { createPipelineBuilder } from './nest.pipeline.js';
import type { ParameterPlan } from './parameter.plan.js';
import { createResponseStandIn } from './response.stand-in.js';

/** Wraps methods in Nest's own guards, interceptors, pipes and filters. */
export class HandlerFactory {
  constructor(
    private readonly creator: ExternalContextCreator,
    private readonly config: ApplicationConfig,
    private readonly inputPipe: (appPipe: ValidationPipe | undefined) => PipeTransform,
    private readonly logger: Logger,
  ) {}

  /** The handler of one method. Throws `McpConfigurationError` for an enhancer that cannot be resolved. */
  async create(
    host: HandlerHost,
    method: string,
    plan: ParameterPlan,
    where: string,
  ): Promise<McpHandler> {
    return logCalls(await this.build(host, method, plan, where), where, this.logger);
  }

  private async build(
    host: HandlerHost,
    method: string,
    plan: ParameterPlan,
    where: string,
  ): Promise<McpHandler> {
    const callback = (host.type.prototype as Record<string, object>)[method] as object;
    const build = createPipelineBuilder({
      creator: this.creator,
      host,
      method,
      plan,
      enhancers: await resolveEnhancers(host, callback, plan, where),
      inputPipe: this.inputPipe,
    });
    if (this.isStatic(host)) {
      const run = build(await staticInstance(host), undefined, host.wrapper.id);
      return (input, context, call) =>
        run(call.request, createResponseStandIn(call.response), next, input, context);
    }
    return async (input, context, call) => {
      const contextId = requestContext(call.request, host);
      const instance = await this.resolveInstance(host, contextId);
      const run = build(instance, contextId, host.wrapper.id);
      return run(call.request, createResponseStandIn(call.response), next, input, context);
    };
  }

  /** Nest counts the global enhancers of a request only around hosts that it creates from a class. */
  private isStatic(host: HandlerHost): boolean {
    return (
      host.wrapper.isDependencyTreeStatic() &&
      (isCreatedByNest(host) || this.requestEnhancers().length === 0)
    );
  }

  private async resolveInstance(host: HandlerHost, contextId: ContextId): Promise<object> {
    const moduleRef = moduleRefOf(host);
    if (isCreatedByNest(host)) {
      return moduleRef.resolve<object>(host.wrapper.token as Type, contextId, { strict: true });
    }
    for (const enhancer of this.requestEnhancers()) {
      await moduleRef.resolve(enhancer.token as Type, contextId, { strict: false });
    }
    return host.wrapper.isDependencyTreeStatic()
      ? (host.wrapper.instance as object)
      : moduleRef.resolve<object>(host.wrapper.token as Type, contextId, { strict: true });
  }

  private requestEnhancers(): InstanceWrapper[] {
    return [
      ...this.config.getGlobalRequestGuards(),
      ...this.config.getGlobalRequestInterceptors(),
      ...this.config.getGlobalRequestPipes(),
      ...this.config.getGlobalRequestFilters(),
    ];
  }
}

/** `next` of an enhancer written for Express: a call has no next route. */
const next = (): void => undefined;

async function staticInstance(host: HandlerHost): Promise<object> {
  if (!host.wrapper.isTransient) return host.wrapper.instance as object;
  return moduleRefOf(host).resolve<object>(host.wrapper.token as Type, undefined, { strict: true });
}

function moduleRefOf(host: HandlerHost): ModuleRef {
  return host.module.getProviderByKey<ModuleRef>(ModuleRef).instance;
}

/** The DI context of a request, shared with the route's own request-scoped providers, as Nest's router makes it. */
function requestContext(request: object, host: HandlerHost): ContextId {
  const contextId = ContextIdFactory.getByRequest(request);
  if (!(REQUEST_CONTEXT_ID in request)) {
    Object.defineProperty(request, REQUEST_CONTEXT_ID, { value: contextId });
    const provided: unknown = host.wrapper.isDependencyTreeDurable()
      ? contextId.payload
      : Object.assign(request, contextId.payload);
    moduleRefOf(host).registerRequestByContextId(provided, contextId);
  }
  return contextId;
}
