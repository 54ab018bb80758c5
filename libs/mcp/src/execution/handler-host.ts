import type { Type } from '@nestjs/common';
import { InstanceWrapper, type Module } from '../nest/injector-internals.js';

/** A provider or controller with decorated methods, and its module. */
export interface HandlerHost {
  readonly type: Type;
  readonly module: Module;
  readonly wrapper: InstanceWrapper;
  /** Whether the provider may be a plain object under the class's token, as in a test that mocks it. */
  readonly mayBeMock?: boolean;
}

/** Whether Nest itself instantiates the host from its class, and so resolves its enhancers. */
export function isCreatedByNest({ wrapper }: HandlerHost): boolean {
  return !wrapper.isNotMetatype && !wrapper.isFactory && !wrapper.isAlias;
}

/** The host of an object that Nest did not create, in a module. */
export function createHost(type: Type, instance: object, module: Module): HandlerHost {
  const wrapper = new InstanceWrapper({
    token: type,
    metatype: null,
    instance,
    isResolved: true,
    host: module,
  });
  return { type, module, wrapper };
}
