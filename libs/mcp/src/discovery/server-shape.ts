import type { DynamicModule, Type } from '@nestjs/common';
import { ModuleRef, type ModulesContainer } from '@nestjs/core';
import { McpConfigurationError } from '../errors/configuration.error.js';
import type { Module } from '../nest/injector-internals.js';

/** The part of the application that belongs to a server; known before anything is instantiated. */
export interface ServerShape {
  readonly name: string;
  /** Modules whose providers and controllers are scanned; `undefined` means those that no other server includes. */
  readonly include?: readonly (Type | undefined)[] | undefined;
}

/** Token under which the module of every server provides its `ServerShape`. */
export const SERVER_SHAPE = Symbol.for('nestjs-mcp:server-shape');

/** The shape of a server from its options. A dynamic module stands for its class. */
export function toShape({
  name,
  include,
}: {
  readonly name: string;
  readonly include?: readonly (Type | DynamicModule | undefined)[] | undefined;
}): ServerShape {
  return {
    name,
    include: include?.map((entry) => (typeof entry === 'object' ? entry.module : entry)),
  };
}

/** The shapes of all servers of the application. Throws `McpConfigurationError` if two have the same name. */
export function findShapes(modules: ModulesContainer): ServerShape[] {
  const shapes = [...modules.values()].flatMap((module) => {
    const wrapper = module.providers.get(SERVER_SHAPE);
    return wrapper ? [wrapper.instance as ServerShape] : [];
  });
  const twice = shapes.find(({ name }, i) => shapes.findIndex((one) => one.name === name) < i);
  if (twice) {
    throw new McpConfigurationError(
      'McpModule',
      `two servers are named '${twice.name}'.`,
      'Give each forRoot() a name of its own.',
    );
  }
  return shapes;
}

/** The module of a server itself, which provides the dependencies of the server's guards. */
export function findServerModule(modules: ModulesContainer, server: string): Module {
  return [...modules.values()].find((module) => {
    const shape = module.providers.get(SERVER_SHAPE)?.instance as ServerShape | undefined;
    return shape?.name === server;
  }) as Module;
}

/** The `ModuleRef` of that module. */
export function serverModuleRef(modules: ModulesContainer, server: string): ModuleRef {
  return findServerModule(modules, server).getProviderByKey<ModuleRef>(ModuleRef).instance;
}

/** Whether this server reports findings on the whole application: of several servers, the first does. */
export function reportsForAll(server: string, shapes: readonly ServerShape[]): boolean {
  return shapes[0]?.name === server;
}

/**
 * The servers of a method: those that it names, else those that include its module, else those that include nothing.
 */
export function serversOf(
  module: Type,
  named: readonly string[] | undefined,
  shapes: readonly ServerShape[],
): string[] {
  if (named) return shapes.filter(({ name }) => named.includes(name)).map(({ name }) => name);
  const claimed = shapes.filter(({ include }) => include?.includes(module));
  return (claimed.length > 0 ? claimed : shapes.filter(({ include }) => !include)).map(
    ({ name }) => name,
  );
}
