import {
  ClassSerializerInterceptor,
  type Type,
  type Logger,
  type PipeTransform,
  type ValidationPipe,
} from '@nestjs/common';
import { ContextIdFactory } from '@nestjs/core';
import type { ApplicationConfig, ExternalContextCreator } from '@nestjs/core';
import type { McpHandler } from '../primitives/mcp.primitive.js';
import { logRefusedInput } from './call-log.js';
import { resolveEnhancers } from './enhancer-resolver.js';
import type { HandlerHost } from './handler-host.js';
import { HostInstances, requestContext } from './host-instances.js';
import { createPipelineBuilder, type Pipeline, type PipelineSettings } from './nest-pipeline.js';
import type { ParameterPlan, PipelineArguments } from '../parameters/parameter-plan.js';
import { createRequestView } from '../parameters/request-view.js';
import type { RouteTarget } from '../parameters/route-target.js';
import type { DetachedResponses } from '../platform/detached.factory.js';
import { endFailed, endWith } from './call-response.js';
import type { RouteMiddleware } from './middleware/route-middleware.js';
import { makeInstances, type OutputClass } from './output-instances.js';
import { INTERCEPTORS_METADATA } from '../nest/metadata-keys.js';

/** The settings that all handlers of a server share. */
export interface HandlerSettings {
  readonly creator: ExternalContextCreator;
  readonly config: ApplicationConfig;
  /** The pipe that validates a DTO in place of a `ValidationPipe` of the application, or if there is none. */
  readonly inputPipe: (appPipe: ValidationPipe | undefined) => PipeTransform;
  readonly responses: DetachedResponses;
  /** Classes of global interceptors and filters that do not run around primitives. */
  readonly excluded: readonly Type[];
  /** `undefined` in an application without HTTP. */
  readonly middleware: () => RouteMiddleware | undefined;
  readonly logger: Logger;
}

/** The route of a method. */
export interface HandlerRoute {
  readonly target: RouteTarget;
  /** Whether the middleware of the route is skipped. */
  readonly skipsMiddleware: boolean;
}

/** Details of a method besides its signature. */
export interface HandlerDetail {
  readonly route?: HandlerRoute | undefined;
  /** The class that serialises its result. */
  readonly output?: OutputClass | undefined;
}

/** Wraps methods with Nest's own guards, interceptors, pipes and filters. */
export class HandlerFactory {
  private readonly instances: HostInstances;

  constructor(private readonly settings: HandlerSettings) {
    this.instances = new HostInstances(settings.config);
  }

  /** The handler of one method. Throws `McpConfigurationError` for an enhancer that cannot be resolved. */
  async create(
    host: HandlerHost,
    method: string,
    plan: ParameterPlan,
    where: string,
    { route, output }: HandlerDetail = {},
  ): Promise<McpHandler> {
    const { run, fail } = await this.build(host, method, plan, where, output);
    const { responses, logger } = this.settings;
    const { mapping } = plan;
    const middleware = route?.skipsMiddleware === false ? this.settings.middleware() : undefined;
    return async (input, context, call) => {
      const started = performance.now();
      let response: object | undefined;
      try {
        const request =
          mapping && route
            ? createRequestView(call.request, input, mapping, route.target)
            : call.request;
        response = responses.create(request, call.response);
        // Express' request refers to its response. That of a real request is Node's own.
        if ('res' in request && (request !== call.request || request.res === undefined)) {
          request.res = response;
        }
        const args = [request, response, next, input, context] as const;
        const result = await (middleware
          ? middleware.run(request, response, {
              signal: call.signal,
              proceed: () => run(args),
              fail: (error) => fail(error, args),
            })
          : run(args));
        return endWith(result, response, call);
      } catch (error) {
        if (response) endFailed(error, response, call);
        logRefusedInput(error, context.primitive, { where, started, logger });
        throw error;
      }
    };
  }

  private async build(
    host: HandlerHost,
    method: string,
    plan: ParameterPlan,
    where: string,
    output: OutputClass | undefined,
  ): Promise<Runs> {
    const callback = (host.type.prototype as Record<string, object>)[method] as object;
    const { creator, inputPipe, excluded } = this.settings;
    const enhancers = await resolveEnhancers(host, callback, plan, where);
    const own = [...enhancers.values()];
    const settings: PipelineSettings = {
      creator,
      host,
      method,
      plan,
      enhancers,
      excluded,
      inputPipe,
      ...(output && this.isSerialized(host, callback) && { innermost: makeInstances(output) }),
    };
    if (this.instances.isStatic(host, own)) {
      const contextId = this.instances.hasTransients(host, own)
        ? ContextIdFactory.create()
        : undefined;
      const instance = await this.instances.resolve(host, own, contextId);
      let run: Pipeline | undefined;
      // Built on the first call: errors have been checked before, and most tools of a large server are never called.
      return {
        run: (args) => {
          run ??= createPipelineBuilder(settings).build(instance, contextId, host.wrapper.id);
          return run(...args);
        },
        fail: (error, args) => createPipelineBuilder(settings).failGlobally(error, args),
      };
    }
    const pipeline = createPipelineBuilder(settings);
    return {
      run: async (args) => {
        let run: Pipeline;
        try {
          const contextId = requestContext(args[0], host);
          const instance = await this.instances.resolve(host, own, contextId);
          run = pipeline.build(instance, contextId, host.wrapper.id);
        } catch (error) {
          return pipeline.fail(error, args);
        }
        return run(...args);
      },
      fail: (error, args) => pipeline.failGlobally(error, args),
    };
  }

  /** Whether Nest's `ClassSerializerInterceptor` runs around a method. */
  isSerialized(host: HandlerHost, method: object): boolean {
    const { config, excluded } = this.settings;
    const globals = [
      ...config.getGlobalInterceptors().map(classOf),
      ...config.getGlobalRequestInterceptors().map(({ metatype }) => metatype),
    ].filter((type) => !excluded.some((one) => isKindOf(type, one)));
    const own = [host.type, method].flatMap(
      (target) => (Reflect.getMetadata(INTERCEPTORS_METADATA, target) as object[]) ?? [],
    );
    return [...globals, ...own].some((one) =>
      isKindOf(typeof one === 'function' ? one : one?.constructor, ClassSerializerInterceptor),
    );
  }
}

/** Nest 11.0 returns nothing for a request-scoped interceptor that is provided by `useExisting`. */
const classOf = (interceptor: object | null): unknown => interceptor?.constructor;

function isKindOf(type: unknown, base: Type): boolean {
  return type === base || (typeof type === 'function' && type.prototype instanceof base);
}

/** The `next` argument for enhancers written for Express: a call has no next route. */
const next = (): void => undefined;

/** The operations on a call of one method. */
interface Runs {
  /** Runs the method with its enhancers. */
  readonly run: (args: PipelineArguments) => Promise<unknown>;
  /** Runs the global filters for an error that occurred before the enhancers. */
  readonly fail: (error: unknown, args: PipelineArguments) => Promise<unknown>;
}
