import type { Type } from '@nestjs/common';
import type { InstanceWrapper, Module } from '../nest/injector-internals.js';

/** A provider or controller with decorated methods, and the module that holds it. */
export interface HandlerHost {
  readonly type: Type;
  readonly module: Module;
  readonly wrapper: InstanceWrapper;
  /** The provider is a plain object under the class's token, as a test mocks it. */
  readonly isMock?: boolean;
}

/** Whether Nest itself instantiates the host from its class, and so knows its enhancers. */
export function isCreatedByNest({ wrapper }: HandlerHost): boolean {
  return !wrapper.isNotMetatype && !wrapper.isFactory && !wrapper.isAlias;
}
