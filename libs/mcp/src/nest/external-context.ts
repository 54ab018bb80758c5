import type { NestInterceptor, PipeTransform } from '@nestjs/common';
import type { ContextId, ExternalContextCreator } from '@nestjs/core';
import type { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';

/** The properties of an instance wrapper that Nest's context creators read. */
export interface EnhancerWrapper {
  readonly token: unknown;
  readonly isTransient: boolean;
  getInstanceByContextId(
    contextId: ContextId,
  ): { instance: object; isConstructorCalled: true } | undefined;
  isDependencyTreeStatic(): boolean;
  isDependencyTreeDurable(): boolean;
}

/** Creates the enhancers of one type for a method. */
export interface EnhancerCreator {
  getInstanceByMetatype(metatype: unknown): EnhancerWrapper | undefined;
  getGlobalMetadata(...args: unknown[]): object[];
  setModuleContext(key: string): void;
  createConcreteContext(
    list: readonly unknown[],
    contextId?: ContextId,
    inquirerId?: string,
  ): PipeTransform[];
}

/** Creates the interceptors of a method. */
export interface InterceptorCreator extends EnhancerCreator {
  create(...args: unknown[]): NestInterceptor[];
}

/** The exception filters of a method, as created by Nest's filter context. */
export interface ExceptionsHandler {
  invokeCustomFilters(exception: unknown, host: ExecutionContextHost): unknown;
}

/** Creates the exception filters of a method. */
export interface FilterCreator extends EnhancerCreator {
  create(instance: object, callback: unknown, module: string): ExceptionsHandler;
}

/** Nest's own class that runs pipes one after the other. */
export interface PipesConsumer {
  apply(value: unknown, metadata: object, pipes: PipeTransform[]): Promise<unknown>;
}

/** The private members of Nest's `ExternalContextCreator` that are read here; the same in Nest 11 and 12. */
export interface CreatorMembers {
  readonly guardsContextCreator: EnhancerCreator;
  readonly interceptorsContextCreator: InterceptorCreator;
  readonly pipesContextCreator: EnhancerCreator;
  readonly filtersContextCreator: FilterCreator;
  readonly contextUtils: {
    getContextFactory(
      type: string,
      instance: object,
      callback: unknown,
    ): (args: unknown[]) => unknown;
  };
  readonly pipesConsumer: PipesConsumer;
}

/**
 * The private members of Nest's `ExternalContextCreator` that are replaced here; `Parameter` is a parameter with its
 * pipes.
 */
export interface CreatorOverrides<Parameter> extends Omit<
  CreatorMembers,
  'contextUtils' | 'pipesConsumer'
> {
  readonly externalErrorProxy: { createProxy: unknown };
  getContextModuleKey(): string;
  getHostModuleKey(): string;
  getMetadata(instance: object): {
    argsLength: number;
    paramtypes: unknown[];
    getParamsMetadata(key: string, contextId?: ContextId, inquirerId?: string): Parameter[];
  };
  createPipesFn(pipes: PipeTransform[], parameters: Parameter[]): unknown;
  transformToResult(result: unknown): unknown;
}

/** The creators inside Nest's `ExternalContextCreator`. */
export function membersOf(creator: ExternalContextCreator): CreatorMembers {
  return creator as unknown as CreatorMembers;
}

/** A creator with these members replaced. Nest's own creator is unchanged. */
export function deriveCreator<Parameter>(
  creator: ExternalContextCreator,
  overrides: CreatorOverrides<Parameter>,
): ExternalContextCreator {
  return Object.assign(Object.create(creator) as ExternalContextCreator, overrides);
}
