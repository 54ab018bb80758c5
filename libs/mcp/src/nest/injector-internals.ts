import { ModuleRef, type ContextId } from '@nestjs/core';
import type { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
import type { Module } from '@nestjs/core/injector/module.js';

/** Internals of Nest's container: modules, the wrappers of their providers, and their static context. */
export { STATIC_CONTEXT } from '@nestjs/core/injector/constants.js';
export { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
export type { Module } from '@nestjs/core/injector/module.js';

/** Creates instances for a module. */
export interface Injector {
  loadPerContext(
    instance: object,
    module: Module,
    collection: Map<unknown, InstanceWrapper>,
    contextId: ContextId,
    wrapper: InstanceWrapper,
  ): Promise<object>;
}

/** The injector behind the `ModuleRef` of a module; private, and the same in Nest 11 and 12. */
export function injectorOf(module: Module): Injector {
  const { instance } = module.getProviderByKey<ModuleRef>(ModuleRef);
  return (instance as unknown as { injector: Injector }).injector;
}
