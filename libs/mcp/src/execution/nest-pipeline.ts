import type { NestInterceptor, PipeTransform, Type, ValidationPipe } from '@nestjs/common';
import type { ExternalContextCreator } from '@nestjs/core';
import type { ContextId } from '@nestjs/core';
import { isObservable, lastValueFrom } from 'rxjs';
import { answerErrors } from './exception-answers.js';
import type { HandlerHost } from './handler-host.js';
import {
  deriveCreator,
  membersOf,
  type EnhancerCreator,
  type EnhancerWrapper,
  type ExceptionsHandler,
  type FilterCreator,
  type InterceptorCreator,
} from '../nest/external-context.js';
import { fillParameters, type ExchangedParameter } from '../parameters/parameter-filler.js';
import type { ParameterPlan, PipelineArguments } from '../parameters/parameter-plan.js';

/** Runs one method of one instance with all its enhancers. */
export type Pipeline = (...args: PipelineArguments) => Promise<unknown>;

/** Builds the pipeline of one method. */
export interface PipelineBuilder {
  /** The pipeline around an instance, permanently or for one request. */
  build(instance: object, contextId?: ContextId, inquirerId?: string): Pipeline;
  /**
   * Runs the filters that are not request-scoped, for an error because of which the instance of a request could not be
   * created.
   */
  fail(error: unknown, args: PipelineArguments): Promise<unknown>;
  /** Runs the global filters for an error outside any method, such as that of a middleware. */
  failGlobally(error: unknown, args: PipelineArguments): Promise<unknown>;
}

/** The settings of a method that do not depend on the instance. */
export interface PipelineSettings {
  readonly creator: ExternalContextCreator;
  readonly host: HandlerHost;
  readonly method: string;
  readonly plan: ParameterPlan;
  readonly enhancers: ReadonlyMap<unknown, EnhancerWrapper>;
  /** Classes of global interceptors and filters that do not run. */
  readonly excluded: readonly Type[];
  /** Runs inside all interceptors, if there are any. */
  readonly innermost?: NestInterceptor;
  /** The pipe that validates a DTO in place of a `ValidationPipe` of the application, or if there is none. */
  readonly inputPipe: (appPipe: ValidationPipe | undefined) => PipeTransform;
}

/**
 * Nest's own `ExternalContextCreator`, with what it cannot determine itself: the module of a controller, enhancer
 * classes of factory and value providers, and how parameters are filled.
 */
export function createPipelineBuilder(settings: PipelineSettings): PipelineBuilder {
  const { creator, host, method, plan, enhancers, excluded } = settings;
  const nest = membersOf(creator);
  const moduleKey = host.module.token;
  const withOwn = <Creator extends EnhancerCreator>(original: Creator): Creator =>
    Object.assign(Object.create(original) as Creator, {
      getInstanceByMetatype(this: EnhancerCreator, metatype: unknown) {
        return enhancers.get(metatype) ?? original.getInstanceByMetatype.call(this, metatype);
      },
      getGlobalMetadata(this: EnhancerCreator, ...args: unknown[]) {
        const all = original.getGlobalMetadata.apply(this, args);
        return excluded.length === 0
          ? all
          : all.filter((one) => !excluded.some((type) => one instanceof type));
      },
    });
  const filtersContextCreator = withOwn(nest.filtersContextCreator);
  const pipesContextCreator = withOwn(nest.pipesContextCreator);
  const paramtypes: unknown[] = [];
  for (const parameter of plan.parameters) paramtypes[parameter.index] = parameter.metatype;

  const derived = deriveCreator<ExchangedParameter>(creator, {
    guardsContextCreator: withOwn(nest.guardsContextCreator),
    interceptorsContextCreator: withInnermost(
      withOwn(nest.interceptorsContextCreator),
      settings.innermost,
    ),
    filtersContextCreator,
    pipesContextCreator,
    externalErrorProxy: { createProxy: answerErrors },
    getContextModuleKey: () => moduleKey,
    getHostModuleKey: () => moduleKey,
    getMetadata: (instance: object) => ({
      argsLength: Math.max(0, ...plan.parameters.map(({ index }) => index + 1)),
      paramtypes,
      getParamsMetadata: (_key: string, contextId?: ContextId, inquirerId?: string) => {
        pipesContextCreator.setModuleContext(moduleKey);
        const contextFactory = nest.contextUtils.getContextFactory(
          'http',
          instance,
          (instance as Record<string, unknown>)[method],
        );
        return plan.parameters.map((parameter): ExchangedParameter => {
          const { factory, data, pipes } = parameter;
          return {
            ...parameter,
            resolvedPipes: pipesContextCreator.createConcreteContext(pipes, contextId, inquirerId),
            extract:
              typeof factory === 'function'
                ? (args) =>
                    (factory as (d: unknown, c: unknown) => unknown)(
                      data,
                      contextFactory([...args]),
                    )
                : parameter.read,
          };
        });
      },
    }),
    createPipesFn: (pipes: PipeTransform[], parameters: ExchangedParameter[]) =>
      fillParameters(pipes, parameters, { ...settings, consumer: nest.pipesConsumer }),
    transformToResult: (result: unknown) =>
      isObservable(result) ? lastValueFrom(result, { defaultValue: undefined }) : result,
  });

  return {
    build: (instance, contextId, inquirerId) =>
      derived.create(
        instance,
        (instance as Record<string, (...args: unknown[]) => unknown>)[method] as never,
        method,
        undefined,
        undefined,
        contextId,
        inquirerId,
        { guards: true, interceptors: true, filters: true },
        'http',
      ),
    fail: (error, args) => {
      const prototype = host.type.prototype as Record<string, unknown>;
      const filters = withoutScoped(filtersContextCreator);
      const handler = filters.create(
        Object.create(prototype) as object,
        prototype[method],
        moduleKey,
      );
      return answer(error, handler, args);
    },
    failGlobally: (error, args) => {
      const filters = withoutScoped(filtersContextCreator);
      return answer(
        error,
        filters.create({}, () => undefined, moduleKey),
        args,
      );
    },
  };
}

function withInnermost(
  original: InterceptorCreator,
  innermost: NestInterceptor | undefined,
): InterceptorCreator {
  if (!innermost) return original;
  return Object.assign(Object.create(original) as InterceptorCreator, {
    create(this: InterceptorCreator, ...args: unknown[]) {
      const interceptors = original.create.apply(this, args);
      return interceptors.length > 0 ? [...interceptors, innermost] : interceptors;
    },
  });
}

function answer(
  error: unknown,
  handler: ExceptionsHandler,
  args: PipelineArguments,
): Promise<unknown> {
  const failing = async (): Promise<never> => {
    throw error;
  };
  return answerErrors(failing, handler)(...args);
}

/** The filter creator without request-scoped filters. */
function withoutScoped(original: FilterCreator): FilterCreator {
  return Object.assign(Object.create(original) as FilterCreator, {
    getInstanceByMetatype(this: FilterCreator, metatype: unknown) {
      const wrapper = original.getInstanceByMetatype.call(this, metatype);
      return wrapper?.isDependencyTreeStatic() === true && !wrapper.isTransient
        ? wrapper
        : undefined;
    },
  });
}
