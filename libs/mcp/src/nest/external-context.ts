import type { NestInterceptor, PipeTransform } from '@nestjs/common';
import type { ContextId, ExternalContextCreator } from '@nestjs/core';
import type { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';

/** What Nest's context creators read of an instance wrapper. */
export interface EnhancerWrapper {
  readonly token: unknown;
  readonly isTransient: boolean;
  getInstanceByContextId(
    contextId: ContextId,
  ): { instance: object; isConstructorCalled: true } | undefined;
  isDependencyTreeStatic(): boolean;
  isDependencyTreeDurable(): boolean;
}

/** Makes the enhancers of one sort for a method. */
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

/** Makes the interceptors of a method. */
export interface InterceptorCreator extends EnhancerCreator {
  create(...args: unknown[]): NestInterceptor[];
}

/** The exception filters around a method, as Nest's filter context makes them. */
export interface ExceptionsHandler {
  invokeCustomFilters(exception: unknown, host: ExecutionContextHost): unknown;
}

/** Makes the exception filters of a method. */
export interface FilterCreator extends EnhancerCreator {
  create(instance: object, callback: unknown, module: string): ExceptionsHandler;
}

/** Runs pipes one after the other: Nest's own. */
export interface PipesConsumer {
  apply(value: unknown, metadata: object, pipes: PipeTransform[]): Promise<unknown>;
}

/** The private members of Nest's `ExternalContextCreator` that are read; the same in Nest 11 and 12. */
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

/** The private members of Nest's `ExternalContextCreator` that are replaced; `Parameter` is a parameter with its pipes. */
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
  transformToResult(result: unknown): Promise<unknown>;
}

/** The creators inside of Nest's `ExternalContextCreator`. */
export function membersOf(creator: ExternalContextCreator): CreatorMembers {
  return creator as unknown as CreatorMembers;
}

/** A creator that differs from Nest's own in these members; Nest's own stays as it is. */
export function deriveCreator<Parameter>(
  creator: ExternalContextCreator,
  overrides: CreatorOverrides<Parameter>,
): ExternalContextCreator {
  return Object.assign(Object.create(creator) as ExternalContextCreator, overrides);
}
