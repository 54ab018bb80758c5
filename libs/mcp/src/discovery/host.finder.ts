import type { Type } from '@nestjs/common';
import { MetadataScanner, type ModulesContainer } from '@nestjs/core';
import type { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
import type { Module } from '@nestjs/core/injector/module.js';
import type { HandlerHost } from '../execution/handler.host.js';

/** One method of one host that may carry declarations. */
export interface HostMethod {
  readonly host: HandlerHost;
  readonly name: string;
  readonly callback: object;
}

/** Every method of every provider and controller of the application, inherited ones included. */
export function* findMethods(modules: ModulesContainer): Iterable<HostMethod> {
  const scanner = new MetadataScanner();
  for (const module of modules.values()) {
    for (const wrapper of [...module.providers.values(), ...module.controllers.values()]) {
      const host = toHost(module, wrapper);
      if (!host) continue;
      for (const name of scanner.getAllMethodNames(host.type.prototype as object)) {
        const callback = (host.type.prototype as Record<string, object>)[name] as object;
        yield { host, name, callback };
      }
    }
  }
}

/** The class whose methods count: Nest's own for a class provider, the instance's for factories and values. */
function toHost(module: Module, wrapper: InstanceWrapper): HandlerHost | undefined {
  const { metatype, instance } = wrapper as { metatype: Type | null; instance: unknown };
  if (!wrapper.isNotMetatype && typeof metatype === 'function' && isClass(metatype)) {
    return { type: metatype, module, wrapper };
  }
  if (typeof instance !== 'object' || instance === null) return undefined;
  const type = (Object.getPrototypeOf(instance) as { constructor?: Type } | null)?.constructor;
  return typeof type === 'function' && type !== (Object as unknown)
    ? { type, module, wrapper }
    : undefined;
}

function isClass(metatype: Type): boolean {
  return typeof metatype.prototype === 'object' && metatype.prototype !== null;
}
