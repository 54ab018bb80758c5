import { ValidationPipe, type PipeTransform } from '@nestjs/common';
import type { ExternalContextCreator } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import type { ContextId } from '@nestjs/core';
import { isObservable, lastValueFrom } from 'rxjs';
import { mcpContextType } from '../context/mcp-execution-context.js';
import { InvalidInputException } from '../errors/invalid-input.exception.js';
import { McpException } from '../errors/mcp.exception.js';
import { isDtoClass } from '../schema/dto.property.js';
import type { EnhancerWrapper } from './enhancer.resolver.js';
import type { HandlerHost } from './handler.host.js';
import type { BoundParameter, ParameterPlan, PipelineArguments } from './parameter.plan.js';
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
  pipesConsumer: {
    apply(value: unknown, metadata: object, pipes: PipeTransform[]): Promise<unknown>;
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

interface ExchangedParameter extends BoundParameter {
  readonly resolvedPipes: PipeTransform[];
  readonly extract: (args: PipelineArguments, checked: unknown) => unknown;
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
      fillParameters(pipes, parameters, settings),
    transformToResult: async (result: unknown) =>
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

/** Fills every parameter; what is wrong with several of them is told at once. */
function fillParameters(
  pipes: PipeTransform[],
  parameters: readonly ExchangedParameter[],
  { plan, creator, inputPipe }: PipelineSettings,
) {
  const consumer = (creator as unknown as CreatorInternals).pipesConsumer;
  const filled = parameters.map((parameter) => ({
    ...parameter,
    chain: parameter.piped ? chainOf(pipes, parameter, inputPipe) : [],
  }));
  return async (target: unknown[], ...args: PipelineArguments): Promise<void> => {
    const [check] = await Promise.allSettled([plan.check?.(args[3])]);
    if (check.status === 'rejected' && !plan.spread) throw check.reason;
    const checked = check.status === 'fulfilled' ? check.value : undefined;
    const outcomes = await Promise.allSettled(
      filled.map(async ({ index, type, data, metatype, chain, extract }) => {
        const value = await extract(args, checked);
        target[index] =
          chain.length === 0 ? value : await consumer.apply(value, { type, data, metatype }, chain);
      }),
    );
    const reasons = [...outcomes, check].flatMap((o) =>
      o.status === 'rejected' ? [o.reason as unknown] : [],
    );
    if (reasons.length === 0) return;
    if (reasons.length > 1 && reasons.every((reason) => reason instanceof InvalidInputException)) {
      throw new InvalidInputException(reasons.flatMap(({ lines }) => lines));
    }
    throw reasons[0];
  };
}

function chainOf(
  pipes: PipeTransform[],
  parameter: ExchangedParameter,
  inputPipe: PipelineSettings['inputPipe'],
): PipeTransform[] {
  const own = parameter.resolvedPipes;
  if (!parameter.dto) {
    // What has been checked by its schema, or is no DTO before a pipe makes one of it.
    const unvalidated = typeof parameter.type === 'number' && isDtoClass(parameter.metatype);
    return [...pipes, ...own].filter((pipe) => !unvalidated || !(pipe instanceof ValidationPipe));
  }
  const chain = [...pipes, ...own].map((pipe) =>
    pipe instanceof ValidationPipe ? inputPipe(pipe) : pipe,
  );
  return chain.some((pipe, i) => pipe !== [...pipes, ...own][i])
    ? chain
    : [inputPipe(undefined), ...chain];
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
