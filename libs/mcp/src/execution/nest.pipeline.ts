import type { PipeTransform, ValidationPipe } from '@nestjs/common';
import type { ExternalContextCreator } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import type { ContextId } from '@nestjs/core';
import { isObservable, lastValueFrom } from 'rxjs';
import { mcpContextType } from '../context/mcp-execution-context.js';
import { McpException } from '../errors/mcp.exception.js';
import type { EnhancerWrapper } from './enhancer.resolver.js';
import type { HandlerHost } from './handler.host.js';
import { fillParameters, type ExchangedParameter } from './parameter.filling.js';
import type { ParameterPlan, PipelineArguments } from './parameter.plan.js';
import { writtenMessage } from './response.stand-in.js';

/** Runs one method of one instance in all its enhancers. */
export type Pipeline = (...args: PipelineArguments) => Promise<unknown>;

/** Builds the pipeline around an instance: for good, or for one request. */
export type PipelineBuilder = (
  instance: object,
  contextId?: ContextId,
  inquirerId?: string,
) => Pipeline;

/** What is fixed for a method, whichever instance runs it. */
export interface PipelineSettings {
  readonly creator: ExternalContextCreator;
  readonly host: HandlerHost;
  readonly method: string;
  readonly plan: ParameterPlan;
  readonly enhancers: ReadonlyMap<unknown, EnhancerWrapper>;
  /** The pipe that validates a DTO in place of a `ValidationPipe` of the application, or where there is none. */
  readonly inputPipe: (appPipe: ValidationPipe | undefined) => PipeTransform;
}

/** The members of Nest's `ExternalContextCreator` that are built upon; the same in Nest 11 and 12. */
interface CreatorInternals {
  guardsContextCreator: EnhancerCreator;
  interceptorsContextCreator: EnhancerCreator;
  pipesContextCreator: EnhancerCreator;
  filtersContextCreator: EnhancerCreator;
  contextUtils: {
    getContextFactory(
      type: string,
      instance: object,
      callback: unknown,
    ): (args: unknown[]) => unknown;
  };
}

interface EnhancerCreator {
  getInstanceByMetatype(metatype: unknown): EnhancerWrapper | undefined;
  setModuleContext(key: string): void;
  createConcreteContext(
    list: readonly unknown[],
    contextId?: ContextId,
    inquirerId?: string,
  ): PipeTransform[];
}

/**
 * Nest's own `ExternalContextCreator`, told what it cannot find out for itself: the module of a controller,
 * enhancer classes of factory and value providers, and how parameters are filled.
 */
export function createPipelineBuilder(settings: PipelineSettings): PipelineBuilder {
  const { creator, host, method, plan, enhancers } = settings;
  const nest = creator as unknown as CreatorInternals;
  const moduleKey = host.module.token;
  const withOwn = (original: EnhancerCreator): EnhancerCreator =>
    Object.assign(Object.create(original) as EnhancerCreator, {
      getInstanceByMetatype(this: EnhancerCreator, metatype: unknown) {
        return enhancers.get(metatype) ?? original.getInstanceByMetatype.call(this, metatype);
      },
    });
  const pipesContextCreator = withOwn(nest.pipesContextCreator);
  const paramtypes: unknown[] = [];
  for (const parameter of plan.parameters) paramtypes[parameter.index] = parameter.metatype;

  const derived = Object.assign(Object.create(creator) as object, {
    guardsContextCreator: withOwn(nest.guardsContextCreator),
    interceptorsContextCreator: withOwn(nest.interceptorsContextCreator),
    filtersContextCreator: withOwn(nest.filtersContextCreator),
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
          mcpContextType,
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
      fillParameters(pipes, parameters, settings.plan, settings.inputPipe),
    transformToResult: (result: unknown) =>
      isObservable(result) ? lastValueFrom(result, { defaultValue: undefined }) : result,
  });

  return (instance, contextId, inquirerId) =>
    (derived as unknown as ExternalContextCreator).create(
      instance,
      (instance as Record<string, (...args: unknown[]) => unknown>)[method] as never,
      method,
      undefined,
      undefined,
      contextId,
      inquirerId,
      { guards: true, interceptors: true, filters: true },
      mcpContextType,
    );
}

interface ExceptionsHandler {
  invokeCustomFilters(exception: unknown, host: ExecutionContextHost): unknown;
}

/** A filter's return value is the result; what it wrote to the stand-in instead is the error's text; else the error goes on. */
function answerErrors(target: Pipeline, handler: ExceptionsHandler, type: string): Pipeline {
  return async (...args) => {
    try {
      return await target(...args);
    } catch (error) {
      const host = new ExecutionContextHost([...args]);
      host.setType(type as 'http');
      const answer = await handler.invokeCustomFilters(error, host);
      const written = writtenMessage(args[1]);
      if (written) {
        throw new McpException(written.message, {
          status: written.status >= 400 ? written.status : undefined,
        });
      }
      // Nothing: undefined from Nest 12, null from Nest 11.
      if (answer === undefined || answer === null) throw error;
      return answer;
    }
  };
}
