import type { Type } from '@nestjs/common';
import { MetadataScanner, type ModulesContainer } from '@nestjs/core';
import { isCreatedByNest, type HandlerHost } from '../execution/handler-host.js';
import type { InstanceWrapper, Module } from '../nest/injector-internals.js';

/** A method that may have declarations, with its host. */
export interface HostMethod {
  readonly host: HandlerHost;
  readonly name: string;
  readonly callback: object;
}

/** Every provider and controller of the application with a class. */
export function findHosts(modules: ModulesContainer): HandlerHost[] {
  const hosts = [...modules.values()].flatMap((module) =>
    [...module.providers.values(), ...module.controllers.values()].flatMap(
      (wrapper) => toHost(module, wrapper) ?? [],
    ),
  );
  // Classes come before aliases: the module of an alias may not be able to resolve the enhancers of the class.
  return [...hosts.filter(isCreatedByNest), ...hosts.filter((h) => !isCreatedByNest(h))];
}

/** Every method of all hosts, inherited ones included. */
export function* findMethods(modules: ModulesContainer): Iterable<HostMethod> {
  const scanner = new MetadataScanner();
  for (const host of findHosts(modules)) {
    const prototype = host.type.prototype as Record<string, object>;
    for (const name of scanner.getAllMethodNames(prototype)) {
      yield { host, name, callback: prototype[name] as object };
    }
  }
}

/**
 * The class with the methods of a host: Nest's own for a class provider, the instance's for factories and values, the
 * token's for a plain object and for a factory that runs for each call.
 */
function toHost(module: Module, wrapper: InstanceWrapper): HandlerHost | undefined {
  const { metatype, instance } = wrapper as { metatype: Type | null; instance: unknown };
  if (!wrapper.isNotMetatype && typeof metatype === 'function' && isClass(metatype)) {
    return { type: metatype, module, wrapper };
  }
  const isThere = typeof instance === 'object' && instance !== null;
  if (isThere) {
    const type = (Object.getPrototypeOf(instance) as { constructor?: Type } | null)?.constructor;
    if (typeof type === 'function' && type !== (Object as unknown))
      return { type, module, wrapper };
  }
  // The factory of a scoped provider runs for each call. The class of an alias is a host by itself.
  const isMade = isThere || (wrapper.isFactory && !wrapper.isAlias);
  const token = wrapper.token as unknown;
  return isMade && typeof token === 'function' && isClass(token as Type)
    ? { type: token as Type, module, wrapper, mayBeMock: true }
    : undefined;
}

function isClass(metatype: Type): boolean {
  return typeof metatype.prototype === 'object' && metatype.prototype !== null;
}
