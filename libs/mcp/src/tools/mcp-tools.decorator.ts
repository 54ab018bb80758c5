import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import { McpConfigurationError } from '../errors/configuration.error.js';
import { DeclarationErrors } from '../errors/declaration-errors.js';
import type { FoundMethod } from '../primitives/primitive-kind.js';
import { markEntryProvider } from '../primitives/primitive.metadata.js';
import { methodDeclarationsOf, type McpToolOptions } from './mcp-tool.decorator.js';
import { verbOf, type McpRouteVerb } from './route-defaults.js';

/** Which methods of a class `@McpTools` makes tools of. All that is given must apply. */
export interface McpToolsSelection {
  /** These methods, inherited ones too. */
  readonly only?: readonly string[];
  /** All methods that the class itself declares, except these. */
  readonly except?: readonly string[];
  /** Of a controller the routes with these verbs. */
  readonly methods?: readonly McpRouteVerb[];
  /** Of a controller: leaves out the middleware of its routes, as `middleware: 'skip'` of each method does. */
  readonly middleware?: 'skip';
}

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
 * On a class: makes tools of its methods, of a controller only of its routes; of some of them where a selection says so. Names come from the methods and `@McpGroup`; a
 * method's own `@McpTool` wins. TypeScript's `private` cannot be seen at run time: where a service has such methods, name
 * what is public by `only`.
 */
export function McpTools(selection: McpToolsSelection = {}): ClassDecorator {
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
  const { only, except = [], methods, middleware } = selection;
  const isNamed = only
    ? only.includes(name) && !except.includes(name)
    : !except.includes(name) && isOffered(host, name) && !lifecycle.has(name);
  const verb = verbOf(method.callback);
  const selected = isNamed && (!methods || (verb !== undefined && methods.includes(verb)));
  return own.length === 0 && selected ? [middleware ? { middleware } : {}] : own;
}

/** Throws `McpConfigurationError` for what the `@McpTools` of a class selects and the class does not have. */
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
