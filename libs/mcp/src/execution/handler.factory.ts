import {
  ClassSerializerInterceptor,
  type Logger,
  type PipeTransform,
  type Type,
  type ValidationPipe,
} from '@nestjs/common';
import { INTERCEPTORS_METADATA } from '@nestjs/common/constants.js';
import { ContextIdFactory, ModuleRef } from '@nestjs/core';
import type { ApplicationConfig, ContextId, ExternalContextCreator } from '@nestjs/core';
import type { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
import { REQUEST_CONTEXT_ID } from '@nestjs/core/router/request/request-constants.js';
import type { McpHandler } from '../primitives/mcp.primitive.js';
import { logCalls } from './call.log.js';
import { resolveEnhancers } from './enhancer.resolver.js';
import { isCreatedByNest, type HandlerHost } from './handler.host.js';
import { createPipelineBuilder, type Pipeline, type PipelineSettings } from './nest.pipeline.js';
import type { ParameterPlan, PipelineArguments } from '../parameters/parameter.plan.js';
import { createRequestView } from '../parameters/request.view.js';
import type { RouteTarget } from '../parameters/route.target.js';
import type { DetachedResponses } from '../platform/detached.factory.js';
import { untilOver } from './call.response.js';
import { makeInstances, type OutputClass } from './output.instances.js';

/** What all handlers of a server share. */
export interface HandlerSettings {
  readonly creator: ExternalContextCreator;
  readonly config: ApplicationConfig;
  /** The pipe that validates a DTO in place of a `ValidationPipe` of the application, or where there is none. */
  readonly inputPipe: (appPipe: ValidationPipe | undefined) => PipeTransform;
  readonly responses: DetachedResponses;
  readonly logger: Logger;
}

/** What is known of a method beside its signature. */
export interface HandlerDetail {
  /** The route that the request of a call is a view of. */
  readonly target?: RouteTarget | undefined;
  /** The class that its result is written by. */
  readonly output?: OutputClass | undefined;
}

/** Wraps methods in Nest's own guards, interceptors, pipes and filters. */
export class HandlerFactory {
  constructor(private readonly settings: HandlerSettings) {}

  /** The handler of one method. Throws `McpConfigurationError` for an enhancer that cannot be resolved. */
  async create(
    host: HandlerHost,
    method: string,
    plan: ParameterPlan,
    where: string,
    { target, output }: HandlerDetail = {},
  ): Promise<McpHandler> {
    const run = await this.build(host, method, plan, where, output);
    const { responses, logger } = this.settings;
    const { mapping } = plan;
    const handler: McpHandler = (input, context, call) => {
      const request =
        mapping && target ? createRequestView(call.request, input, mapping, target) : call.request;
      const response = responses.create(request, call.response);
      // Express' request leads to its response.
      if (request !== call.request && 'res' in request) request.res = response;
      const args = [request, response, next, input, context] as const;
      return untilOver(response, call.signal, () => run(args));
    };
    return logCalls(handler, where, logger);
  }

  private async build(
    host: HandlerHost,
    method: string,
    plan: ParameterPlan,
    where: string,
    output: OutputClass | undefined,
  ): Promise<Run> {
    const callback = (host.type.prototype as Record<string, object>)[method] as object;
    const { creator, inputPipe } = this.settings;
    const settings: PipelineSettings = {
      creator,
      host,
      method,
      plan,
      enhancers: await resolveEnhancers(host, callback, plan, where),
      inputPipe,
      ...(output && this.isSerialized(host, callback) && { innermost: makeInstances(output) }),
    };
    if (this.isStatic(host)) {
      const contextId = this.hasTransients(host) ? ContextIdFactory.create() : undefined;
      const instance = await this.resolveInstance(host, contextId);
      let run: Pipeline | undefined;
      return (args) => {
        // At the first call: what can go wrong has been looked at, and most of many tools are never called.
        run ??= createPipelineBuilder(settings).build(instance, contextId, host.wrapper.id);
        return run(...args);
      };
    }
    const pipeline = createPipelineBuilder(settings);
    return async (args) => {
      let run: Pipeline;
      try {
        const contextId = requestContext(args[0], host);
        const instance = await this.resolveInstance(host, contextId);
        run = pipeline.build(instance, contextId, host.wrapper.id);
      } catch (error) {
        return pipeline.fail(error, args);
      }
      return run(...args);
    };
  }

  /** Whether Nest's `ClassSerializerInterceptor` runs around a method. */
  isSerialized(host: HandlerHost, method: object): boolean {
    const interceptors: unknown[] = [
      ...this.settings.config.getGlobalInterceptors(),
      ...this.settings.config.getGlobalRequestInterceptors().map(({ metatype }) => metatype),
      ...[host.type, method].flatMap(
        (target) => (Reflect.getMetadata(INTERCEPTORS_METADATA, target) as unknown[]) ?? [],
      ),
    ];
    return interceptors.some(
      (one) =>
        one instanceof ClassSerializerInterceptor ||
        one === ClassSerializerInterceptor ||
        (typeof one === 'function' && one.prototype instanceof ClassSerializerInterceptor),
    );
  }

  /** Nest counts the global enhancers of a request only around hosts that it creates from a class. */
  private isStatic(host: HandlerHost): boolean {
    return (
      host.wrapper.isDependencyTreeStatic() &&
      (isCreatedByNest(host) ||
        this.scopedEnhancers().every((enhancer) => enhancer.isDependencyTreeStatic()))
    );
  }

  /** Transient instances exist only in a context that they are resolved in: without one Nest hands out shells. */
  private hasTransients(host: HandlerHost): boolean {
    return (
      host.wrapper.isTransient || (!isCreatedByNest(host) && this.scopedEnhancers().length > 0)
    );
  }

  private async resolveInstance(host: HandlerHost, contextId?: ContextId): Promise<object> {
    const { wrapper } = host;
    if (contextId === undefined) return wrapper.instance as object;
    const moduleRef = moduleRefOf(host);
    const token = wrapper.token as Type;
    if (isCreatedByNest(host)) {
      return moduleRef.resolve<object>(token, contextId, { strict: true });
    }
    for (const enhancer of this.scopedEnhancers()) {
      const instance = await moduleRef.resolve<object>(enhancer.token as Type, contextId, {
        strict: false,
      });
      if (!enhancer.isTransient) continue;
      const resolved = { instance, isResolved: true, isConstructorCalled: true };
      enhancer.setInstanceByInquirerId(contextId, wrapper.id, resolved);
    }
    return wrapper.isDependencyTreeStatic()
      ? (wrapper.instance as object)
      : moduleRef.resolve<object>(token, contextId, { strict: true });
  }

  /** Global enhancers that are request-scoped or transient. */
  private scopedEnhancers(): InstanceWrapper[] {
    return [
      ...this.settings.config.getGlobalRequestGuards(),
      ...this.settings.config.getGlobalRequestInterceptors(),
      ...this.settings.config.getGlobalRequestPipes(),
      ...this.settings.config.getGlobalRequestFilters(),
    ];
  }
}

/** `next` of an enhancer written for Express: a call has no next route. */
const next = (): void => undefined;

/** Runs a method in its enhancers. */
type Run = (args: PipelineArguments) => Promise<unknown>;

export function moduleRefOf(host: HandlerHost): ModuleRef {
  return host.module.getProviderByKey<ModuleRef>(ModuleRef).instance;
}

/** The DI context of a request, shared with the route's own request-scoped providers, as Nest's router makes it. */
export function requestContext(request: object, host: HandlerHost): ContextId {
  const contextId = ContextIdFactory.getByRequest(request);
  if ((request as Record<symbol, unknown>)[REQUEST_CONTEXT_ID] === undefined) {
    Object.defineProperty(request, REQUEST_CONTEXT_ID, { value: contextId });
    const provided: unknown = host.wrapper.isDependencyTreeDurable()
      ? contextId.payload
      : Object.assign(request, contextId.payload);
    moduleRefOf(host).registerRequestByContextId(provided, contextId);
  }
  return contextId;
}
