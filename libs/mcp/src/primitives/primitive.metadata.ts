import 'reflect-metadata';
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
      const method = descriptor.value as object;
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
