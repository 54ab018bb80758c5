import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import { McpConfigurationError } from '../errors/configuration.error.js';
import { DeclarationErrors } from '../errors/declaration-errors.js';
import type { FoundMethod } from '../primitives/primitive-kind.js';
import { markEntryProvider } from '../primitives/primitive.metadata.js';
import { methodDeclarationsOf, type McpToolOptions } from './mcp-tool.decorator.js';
import { verbOf, type McpRouteVerb } from './route-defaults.js';

/** Selects the methods of a class that `@McpTools` turns into tools. All given conditions must hold. */
export interface McpToolsSelection {
  /** Only these methods, inherited ones included. */
  readonly only?: readonly string[];
  /** All methods that the class itself declares, except these. */
  readonly except?: readonly string[];
  /** On a controller: only routes with these HTTP methods. */
  readonly methods?: readonly McpRouteVerb[];
  /** On a controller: skips the middleware of its routes, as `middleware: 'skip'` on each method does. */
  readonly middleware?: 'skip';
}

const metadataKey = 'nestjs-mcp:tools';

/** Lifecycle methods, which Nest calls. */
const lifecycle = new Set([
  'onModuleInit',
  'onApplicationBootstrap',
  'onModuleDestroy',
  'beforeApplicationShutdown',
  'onApplicationShutdown',
  'configure',
]);

/**
 * Turns the methods of a class into tools (of a controller only its routes), or those that a selection lists. Names
 * come from the methods and `@McpGroup`. A method's own `@McpTool` takes precedence. TypeScript's `private` cannot be
 * detected at run time: if a service has private methods, list the public ones in `only`.
 */
export function McpTools(selection: McpToolsSelection = {}): ClassDecorator {
  return (target) => {
    Reflect.defineMetadata(metadataKey, selection, target);
    markEntryProvider(target);
  };
}

/** The tools of a method: its own `@McpTool` declarations, else the one that `@McpTools` implies. */
export function toolDeclarationsOf(method: FoundMethod): readonly McpToolOptions[] {
  const { host, name } = method;
  const own = methodDeclarationsOf(method);
  // Each class opts in for itself: a subclass does not inherit the decorator.
  const selection = Reflect.getOwnMetadata(metadataKey, host) as McpToolsSelection | undefined;
  if (!selection) return own;
  const { only, except = [], methods, middleware } = selection;
  const isNamed = only
    ? only.includes(name) && !except.includes(name)
    : !except.includes(name) && isOffered(host, name) && !lifecycle.has(name);
  const verb = verbOf(method.callback);
  const selected = isNamed && (!methods || (verb !== undefined && methods.includes(verb)));
  return own.length === 0 && selected ? [middleware ? { middleware } : {}] : own;
}

/** Throws `McpConfigurationError` for a selected method that the class does not have. */
export function checkSelection(host: Type): void {
  const selection = Reflect.getOwnMetadata(metadataKey, host) as McpToolsSelection | undefined;
  if (!selection) return;
  const { only = [], except = [], methods } = selection;
  const errors = new DeclarationErrors();
  for (const one of only) errors.attemptNow(() => checkMethod(host, one, 'only'));
  for (const one of except) errors.attemptNow(() => checkMethod(host, one, 'except'));
  if (methods && !isController(host)) {
    errors.add(
      new McpConfigurationError(
        host.name,
        '@McpTools({ methods }) chooses routes by their verb, and the class has none.',
        'Name methods by only or except.',
      ),
    );
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
  return verbOf(callback) !== undefined;
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
