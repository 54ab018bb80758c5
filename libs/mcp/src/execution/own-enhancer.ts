import 'reflect-metadata';
import type { Scope, Type } from '@nestjs/common';
import type { ContextId } from '@nestjs/core';
import type { EnhancerWrapper } from '../nest/external-context.js';
import {
  injectorOf,
  InstanceWrapper,
  type Module,
  STATIC_CONTEXT,
} from '../nest/injector-internals.js';
import { SCOPE_OPTIONS_METADATA } from '../nest/metadata-keys.js';

/** An enhancer class of a host that Nest has not instantiated. */
export interface OwnEnhancer extends EnhancerWrapper {
  /** Whether one instance serves every call. */
  readonly isShared: boolean;
  /** Creates the instance of a context. */
  load(contextId: ContextId): Promise<void>;
}

/** Injectables that Nest itself does not have, one for each class and module. */
const collections = new WeakMap<Module, Map<unknown, InstanceWrapper>>();

/**
 * Makes an enhancer class injectable in a module, as Nest does with those of class providers. Rejects if a dependency
 * is missing.
 */
export async function createOwnEnhancer(type: Type, module: Module): Promise<OwnEnhancer> {
  let collection = collections.get(module);
  if (!collection) collections.set(module, (collection = new Map()));
  const own = collection;
  const injector = injectorOf(module);
  let wrapper = own.get(type);
  if (!wrapper) {
    wrapper = createWrapper(type, module);
    own.set(type, wrapper);
  }
  const known = wrapper;
  const load = (contextId: ContextId): Promise<object> =>
    injector.loadPerContext(known.instance as object, module, own, contextId, known);
  // Determines the dependencies of the class, and creates the instance of a class with only one.
  const shared = await load(STATIC_CONTEXT);
  const isShared = known.isDependencyTreeStatic() && !known.isTransient;
  const instances = new WeakMap<ContextId, object>();
  return {
    token: type,
    isShared,
    isTransient: known.isTransient,
    isDependencyTreeStatic: () => known.isDependencyTreeStatic(),
    isDependencyTreeDurable: () => known.isDependencyTreeDurable(),
    getInstanceByContextId: (contextId) => {
      const instance = isShared ? shared : instances.get(contextId);
      return instance && { instance, isConstructorCalled: true };
    },
    load: async (contextId) => {
      if (isShared) return;
      const instance = await load(contextId);
      const isTreeDurable = known.isDependencyTreeDurable();
      // Stored where Nest looks for it: a durable one belongs to the tenant's context.
      instances.set(contextId.getParent?.({ token: type, isTreeDurable }) ?? contextId, instance);
    },
  };
}

function createWrapper(type: Type, module: Module): InstanceWrapper {
  const options = Reflect.getMetadata(SCOPE_OPTIONS_METADATA, type) as
    { scope?: Scope; durable?: boolean } | undefined;
  return new InstanceWrapper({
    token: type,
    name: type.name,
    metatype: type,
    instance: Object.create(type.prototype as object) as object,
    isResolved: false,
    scope: options?.scope,
    durable: options?.durable,
    host: module,
  });
}
