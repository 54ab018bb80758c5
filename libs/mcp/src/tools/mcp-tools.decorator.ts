import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/constants.js';
import { McpConfigurationError } from '../errors/configuration.error.js';
import { DeclarationErrors } from '../errors/declaration.errors.js';
import type { FoundMethod } from '../primitives/primitive.kind.js';
import { markEntryProvider } from '../primitives/primitive.metadata.js';
import { methodDeclarationsOf, type McpToolOptions } from './mcp-tool.decorator.js';

/** Which methods of a class `@McpTools` makes tools of. */
export type McpToolsSelection = {
  /** Of a controller: leaves out the middleware of its routes, as `middleware: 'skip'` of each method does. */
  middleware?: 'skip';
} & (
  | {
      /** These methods, inherited ones too. */
      only: readonly string[];
    }
  | {
      /** All methods that the class itself declares, except these. */
      except: readonly string[];
    }
);

const metadataKey = 'nestjs-mcp:tools';

/** Methods that Nest calls. */
const lifecycle = new Set([
  'onModuleInit',
  'onApplicationBootstrap',
  'onModuleDestroy',
  'beforeApplicationShutdown',
  'onApplicationShutdown',
  'configure',
]);

/**
 * On a class: makes tools of its methods, of a controller only of its routes. Names come from the methods and `@McpGroup`; a
 * method's own `@McpTool` wins. TypeScript's `private` cannot be seen at run time: where a service has such methods, name
 * what is public by `only`.
 */
export function McpTools(selection: McpToolsSelection = { except: [] }): ClassDecorator {
  return (target) => {
    Reflect.defineMetadata(metadataKey, selection, target);
    markEntryProvider(target);
  };
}

/** The tools of a method: its own `@McpTool`s, else what `@McpTools` makes of it. */
export function toolDeclarationsOf(method: FoundMethod): readonly McpToolOptions[] {
  const { host, name } = method;
  const own = methodDeclarationsOf(method);
  // Opting in is up to each class: a subclass does not inherit it.
  const selection = Reflect.getOwnMetadata(metadataKey, host) as McpToolsSelection | undefined;
  if (!selection) return own;
  const named = 'only' in selection ? selection.only : selection.except;
  const selected =
    'only' in selection
      ? named.includes(name)
      : !named.includes(name) && isOffered(host, name) && !lifecycle.has(name);
  const { middleware } = selection;
  return own.length === 0 && selected ? [middleware ? { middleware } : {}] : own;
}

/** Throws `McpConfigurationError` for what the `@McpTools` of a class selects and the class does not have. */
export function checkSelection(host: Type): void {
  const selection = Reflect.getOwnMetadata(metadataKey, host) as McpToolsSelection | undefined;
  if (!selection) return;
  const named = 'only' in selection ? selection.only : selection.except;
  const errors = new DeclarationErrors();
  for (const one of named) {
    errors.attemptNow(() => checkMethod(host, one, 'only' in selection ? 'only' : 'except'));
  }
  errors.throwAll();
}

function checkMethod(host: Type, name: string, list: string): void {
  const methods = methodsOf(host);
  if (methods.includes(name)) {
    if (list === 'except' || isRoute(host, name) || !isController(host)) return;
    throw new McpConfigurationError(
      `${host.name}.${name}`,
      `@McpTools({ ${list} }) names a method of a controller that is no route.`,
      'Put @McpTool() on the method itself.',
    );
  }
  throw new McpConfigurationError(
    `${host.name}.${name}`,
    `@McpTools({ ${list} }) names a method that ${host.name} does not have.`,
    `Name some of: ${methods.join(', ')}.`,
  );
}

function isOffered(host: Type, name: string): boolean {
  const isOwn = Object.hasOwn(host.prototype as object, name);
  return isOwn && !name.startsWith('_') && (isRoute(host, name) || !isController(host));
}

function isController(host: Type): boolean {
  return methodsOf(host).some((name) => isRoute(host, name));
}

function isRoute(host: Type, name: string): boolean {
  const callback = Object.getOwnPropertyDescriptor(holderOf(host, name), name)?.value as object;
  return Reflect.hasMetadata(METHOD_METADATA, callback);
}

function holderOf(host: Type, name: string): object {
  let prototype = host.prototype as object;
  while (!Object.hasOwn(prototype, name)) prototype = Object.getPrototypeOf(prototype) as object;
  return prototype;
}

function methodsOf(host: Type): string[] {
  const names = new Set<string>();
  for (
    let prototype = host.prototype as object;
    prototype !== Object.prototype && prototype !== null;
    prototype = Object.getPrototypeOf(prototype) as object
  ) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (name !== 'constructor' && typeof value === 'function') names.add(name);
    }
  }
  return [...names];
}
