import 'reflect-metadata';
import { McpConfigurationError } from '../errors/configuration.error.js';
import type { McpVisibility } from '../access/primitive-access.js';
import type { FoundMethod } from './primitive-kind.js';
import { recordDecorated, replacedMethods } from './replaced-method.js';

/**
 * Creates the decorator of a kind. Declarations are collected on the method under one key, and its class is marked as
 * an entry provider, without which Nest runs no request-scoped global enhancer around it.
 */
export function createPrimitiveDecorator<Options extends object>(
  metadataKey: string,
): {
  decorate: (options: Options) => MethodDecorator;
  declarationsOf: (method: FoundMethod) => readonly Options[];
} {
  return {
    decorate: (options) => (target, name, descriptor) => {
      const method = methodOf(target, name, descriptor);
      const declared = (Reflect.getMetadata(metadataKey, method) as Options[] | undefined) ?? [];
      Reflect.defineMetadata(metadataKey, [options, ...declared], method);
      recordDecorated(target, name, method);
      markEntryProvider(target.constructor);
    },
    declarationsOf: ({ host, name, callback }) => {
      const methods = [callback, ...replacedMethods(host, name, callback)];
      const declared = methods.flatMap(
        (method) => (Reflect.getMetadata(metadataKey, method) as Options[] | undefined) ?? [],
      );
      // Another decorator may have replaced the method and copied its metadata to the new function.
      return [...new Set(declared)];
    },
  };
}

/** The decorated method. Throws `McpConfigurationError` for anything that is no method of a provider. */
function methodOf(
  target: object,
  name: string | symbol | undefined,
  descriptor: PropertyDescriptor | undefined,
): object {
  const type = typeof target === 'function' ? target : target.constructor;
  const refuse = (problem: string, mend: string): McpConfigurationError => {
    const member = typeof name === 'symbol' ? `[${String(name)}]` : name && `.${name}`;
    return new McpConfigurationError(`${type.name}${member ?? ''}`, problem, mend);
  };
  if (name === undefined) {
    throw refuse('an MCP decorator of methods stands on a class.', 'Put it on the methods.');
  }
  const method: unknown = descriptor?.value;
  if (typeof method !== 'function') {
    throw refuse(
      `an MCP decorator stands on ${descriptor?.get || descriptor?.set ? 'an accessor' : 'a property'}, which is no method.`,
      `Put it on a method: ${String(name)}() { … }.`,
    );
  }
  if (typeof target === 'function') {
    throw refuse(
      'an MCP decorator stands on a static method, which belongs to no provider.',
      'Remove static, and provide the class.',
    );
  }
  if (typeof name === 'symbol') {
    throw refuse(
      'an MCP decorator stands on a method that a symbol names, which Nest does not find.',
      'Give the method a name.',
    );
  }
  return method;
}

/** Makes Nest attach request-scoped global enhancers to the class, as it does for controllers. */
export function markEntryProvider(target: object): void {
  Reflect.defineMetadata('__entryProvider__', true, target);
}

/** Options of `@McpGroup` for the primitives of a class. */
export interface McpGroupOptions {
  /** Prefix of the primitives' names: `orders` makes `find` `orders_find`. */
  name: string;
  servers?: string[];
  /** On a controller: skips the middleware of its routes, as `middleware: 'skip'` on each method does. */
  middleware?: 'skip';
  /** Required in addition to those of the methods. */
  scopes?: string[];
  /** Checked before that of the method. */
  visibility?: McpVisibility;
}

const groupKey = 'nestjs-mcp:group';

/**
 * Groups the primitives of a class: their names get a prefix, and the options apply to all of them. It exposes no
 * method by itself.
 */
export function McpGroup(
  name: string,
  options: Omit<McpGroupOptions, 'name'> = {},
): ClassDecorator {
  return (target) => Reflect.defineMetadata(groupKey, { ...options, name }, target);
}

/** The `@McpGroup` of a class, its own or inherited. */
export function groupOf(host: object): McpGroupOptions | undefined {
  return Reflect.getMetadata(groupKey, host) as McpGroupOptions | undefined;
}

/** `echoTool` → `echo_tool`, `getHTTPStatus` → `get_http_status`. */
export function toSnakeCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase();
}
