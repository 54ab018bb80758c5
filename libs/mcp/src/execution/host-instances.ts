import type { Type } from '@nestjs/common';
import { ContextIdFactory, ModuleRef, type ApplicationConfig, type ContextId } from '@nestjs/core';
import type { OwnEnhancer } from './own-enhancer.js';
import { isCreatedByNest, type HandlerHost } from './handler-host.js';
import { instanceOfMock } from './mock-instance.js';
import type { InstanceWrapper } from '../nest/injector-internals.js';
import { REQUEST_CONTEXT_ID } from '../nest/router-internals.js';

type OwnEnhancers = readonly OwnEnhancer[];

/** Finds the instances for calls, in the scope that Nest gives them. */
export class HostInstances {
  constructor(private readonly config: ApplicationConfig) {}

  /**
   * Whether one instance serves all calls. Nest considers request-scoped global enhancers only for hosts that it
   * creates from a class.
   */
  isStatic(host: HandlerHost, own: OwnEnhancers): boolean {
    return (
      host.wrapper.isDependencyTreeStatic() &&
      own.every((enhancer) => enhancer.isDependencyTreeStatic()) &&
      (isCreatedByNest(host) ||
        this.scopedEnhancers().every((enhancer) => enhancer.isDependencyTreeStatic()))
    );
  }

  /**
   * Whether there are transient instances, which exist only in the context in which they are resolved: without one,
   * Nest returns objects without dependencies.
   */
  hasTransients(host: HandlerHost, own: OwnEnhancers): boolean {
    return (
      host.wrapper.isTransient ||
      own.some((enhancer) => !enhancer.isShared) ||
      (!isCreatedByNest(host) && this.scopedEnhancers().length > 0)
    );
  }

  /** The instance of a host in a context, with its enhancers. */
  async resolve(host: HandlerHost, own: OwnEnhancers, contextId?: ContextId): Promise<object> {
    const instance = await this.find(host, own, contextId);
    return host.mayBeMock && !(instance instanceof host.type)
      ? instanceOfMock(host.type, instance)
      : instance;
  }

  private async find(
    host: HandlerHost,
    own: OwnEnhancers,
    contextId: ContextId | undefined,
  ): Promise<object> {
    const { wrapper } = host;
    if (contextId === undefined) return wrapper.instance as object;
    for (const enhancer of own) await enhancer.load(contextId);
    const moduleRef = moduleRefOf(host);
    const token = wrapper.token as Type;
    if (isCreatedByNest(host)) {
      return moduleRef.resolve<object>(token, contextId, { strict: true });
    }
    for (const enhancer of this.scopedEnhancers()) {
      const instance = await moduleRef.resolve<object>(enhancer.token as Type, contextId, {
        strict: false,
      });
      if (!enhancer.isTransient) continue;
      const resolved = { instance, isResolved: true, isConstructorCalled: true };
      enhancer.setInstanceByInquirerId(contextId, wrapper.id, resolved);
    }
    return wrapper.isDependencyTreeStatic() && !wrapper.isTransient
      ? (wrapper.instance as object)
      : moduleRef.resolve<object>(token, contextId, { strict: true });
  }

  /** Global enhancers that are request-scoped or transient. */
  private scopedEnhancers(): InstanceWrapper[] {
    return [
      ...this.config.getGlobalRequestGuards(),
      ...this.config.getGlobalRequestInterceptors(),
      ...this.config.getGlobalRequestPipes(),
      ...this.config.getGlobalRequestFilters(),
    ];
  }
}

/** The `ModuleRef` of a host's module. */
export function moduleRefOf(host: HandlerHost): ModuleRef {
  return host.module.getProviderByKey<ModuleRef>(ModuleRef).instance;
}

/** The DI context of a request, shared with the route's own request-scoped providers, as in Nest's router. */
export function requestContext(request: object, host: HandlerHost): ContextId {
  const contextId = ContextIdFactory.getByRequest(request);
  if ((request as Record<symbol, unknown>)[REQUEST_CONTEXT_ID] === undefined) {
    Object.defineProperty(request, REQUEST_CONTEXT_ID, { value: contextId });
    const provided: unknown = host.wrapper.isDependencyTreeDurable()
      ? contextId.payload
      : Object.assign(request, contextId.payload);
    moduleRefOf(host).registerRequestByContextId(provided, contextId);
  }
  return contextId;
}
