import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import { McpConfigurationError } from '../errors/configuration.error.js';
import { isCreatedByNest, type HandlerHost } from './handler-host.js';
import { createOwnEnhancer, type OwnEnhancer } from './own-enhancer.js';
import type { InstanceWrapper } from '../nest/injector-internals.js';
import type { ParameterPlan } from '../parameters/parameter-plan.js';
import {
  EXCEPTION_FILTERS_METADATA,
  GUARDS_METADATA,
  INTERCEPTORS_METADATA,
  PIPES_METADATA,
} from '../nest/metadata-keys.js';

const enhancerKeys = [
  GUARDS_METADATA,
  INTERCEPTORS_METADATA,
  PIPES_METADATA,
  EXCEPTION_FILTERS_METADATA,
];

/**
 * Nest creates injectables only for the enhancer classes of class providers and controllers, and silently ignores the
 * others. This function instantiates those in the module of their host, each in its own scope, or stops the boot: a
 * guard is never ignored.
 */
export async function resolveEnhancers(
  host: HandlerHost,
  method: object,
  plan: ParameterPlan,
  where: string,
): Promise<ReadonlyMap<unknown, OwnEnhancer>> {
  const declared = [
    ...ofHost(host),
    ...of(method),
    ...plan.parameters.flatMap(({ pipes }) => pipes),
  ];
  if (declared.length === 0) return none;
  const resolved = new Map<unknown, OwnEnhancer>();
  for (const enhancer of declared) {
    if (!isClass(enhancer) || resolved.has(enhancer)) continue;
    const known = host.module.injectables.get(enhancer) as InstanceWrapper | undefined;
    // Injectables of another host of the module are not reused: a scoped one would have no dependencies. One that a
    // test has overridden by an object or a factory counts for every host.
    if (known && (isCreatedByNest(host) || known.isNotMetatype)) continue;
    try {
      const type = (known?.metatype as Type | undefined) ?? enhancer;
      resolved.set(enhancer, await createOwnEnhancer(type, host.module));
    } catch (error) {
      throw new McpConfigurationError(
        where,
        `${enhancer.name} cannot be resolved in ${host.module.name}: ${(error as Error).message}.`,
        `Provide in ${host.module.name} what ${enhancer.name} needs, or give @Use…() an instance of it.`,
      );
    }
  }
  return resolved;
}

const none: ReadonlyMap<unknown, OwnEnhancer> = new Map();
const ofHosts = new WeakMap<HandlerHost, unknown[]>();

/** The enhancers of a host, read once for all its methods. */
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
