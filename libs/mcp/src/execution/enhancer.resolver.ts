import 'reflect-metadata';
import { Scope, type Type } from '@nestjs/common';
import {
  EXCEPTION_FILTERS_METADATA,
  GUARDS_METADATA,
  INTERCEPTORS_METADATA,
  PIPES_METADATA,
  SCOPE_OPTIONS_METADATA,
} from '@nestjs/common/constants.js';
import { ModuleRef } from '@nestjs/core';
import { McpConfigurationError } from '../errors/configuration.error.js';
import { isCreatedByNest, type HandlerHost } from './handler.host.js';
import type { ParameterPlan } from '../parameters/parameter.plan.js';

const enhancerKeys = [
  GUARDS_METADATA,
  INTERCEPTORS_METADATA,
  PIPES_METADATA,
  EXCEPTION_FILTERS_METADATA,
];

/** What Nest's context creators read of an instance wrapper. */
export interface EnhancerWrapper {
  readonly token: unknown;
  readonly isTransient: boolean;
  getInstanceByContextId(): { instance: object; isConstructorCalled: true };
  isDependencyTreeStatic(): boolean;
  isDependencyTreeDurable(): boolean;
}

/**
 * Nest makes injectables of the enhancer classes of class providers and controllers only, and drops the others in silence.
 * This instantiates those others in the module of their host, or stops the boot: a guard is never dropped.
 */
export async function resolveEnhancers(
  host: HandlerHost,
  method: object,
  plan: ParameterPlan,
  where: string,
): Promise<ReadonlyMap<unknown, EnhancerWrapper>> {
  const declared = [
    ...ofHost(host),
    ...of(method),
    ...plan.parameters.flatMap(({ pipes }) => pipes),
  ];
  if (declared.length === 0) return none;
  const resolved = new Map<unknown, EnhancerWrapper>();
  for (const enhancer of declared) {
    if (!isClass(enhancer) || resolved.has(enhancer)) continue;
    // Those of another host of the module are not built for this one: a scoped one would be a shell without dependencies.
    if (isCreatedByNest(host) && host.module.injectables.has(enhancer)) continue;
    resolved.set(enhancer, toWrapper(enhancer, await instantiate(enhancer, host, where)));
  }
  return resolved;
}

async function instantiate(enhancer: Type, host: HandlerHost, where: string): Promise<object> {
  const scope = (
    Reflect.getMetadata(SCOPE_OPTIONS_METADATA, enhancer) as { scope?: Scope } | undefined
  )?.scope;
  const moduleRef = host.module.getProviderByKey<ModuleRef>(ModuleRef)?.instance;
  const mend = `Provide ${host.type.name} as a class, or give @Use…() an instance of ${enhancer.name}.`;
  if (scope === Scope.REQUEST) {
    throw new McpConfigurationError(
      where,
      `${enhancer.name} is request-scoped, which Nest cannot resolve around a factory or value provider.`,
      mend,
    );
  }
  try {
    return await moduleRef.create<object>(enhancer);
  } catch (error) {
    throw new McpConfigurationError(
      where,
      `${enhancer.name} cannot be resolved in ${host.module.name}: ${(error as Error).message}.`,
      mend,
    );
  }
}

function toWrapper(token: unknown, instance: object): EnhancerWrapper {
  const resolved = { instance, isConstructorCalled: true } as const;
  return {
    token,
    isTransient: false,
    getInstanceByContextId: () => resolved,
    isDependencyTreeStatic: () => true,
    isDependencyTreeDurable: () => false,
  };
}

const none: ReadonlyMap<unknown, EnhancerWrapper> = new Map();
const ofHosts = new WeakMap<HandlerHost, unknown[]>();

/** Read once for all methods of a host. */
function ofHost(host: HandlerHost): unknown[] {
  let enhancers = ofHosts.get(host);
  if (!enhancers) ofHosts.set(host, (enhancers = of(host.type)));
  return enhancers;
}

function of(target: object): unknown[] {
  const enhancers: unknown[] = [];
  for (const key of enhancerKeys) {
    const declared = Reflect.getMetadata(key, target) as unknown[] | undefined;
    if (declared) enhancers.push(...declared);
  }
  return enhancers;
}

function isClass(enhancer: unknown): enhancer is Type {
  return typeof enhancer === 'function';
}
