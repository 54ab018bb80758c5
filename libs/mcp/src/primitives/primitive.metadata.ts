import 'reflect-metadata';
import type { McpVisibility } from '../access/primitive-access.js';
import type { FoundMethod } from './primitive-kind.js';
import { recordDecorated, replacedMethods } from './replaced-method.js';

/**
 * Makes the decorator of a kind: declarations stack on the method under one key, and the method's class is marked
 * as an entry provider, without which Nest runs no request-scoped global enhancer around it.
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
      // A decorator may have copied the metadata to the function that it put in place of the method.
      return [...new Set(declared)];
    },
  };
}

/** Makes Nest attach request-scoped global enhancers to the class, as it does for controllers. */
export function markEntryProvider(target: object): void {
  Reflect.defineMetadata('__entryProvider__', true, target);
}

/** What `@McpGroup` says of the methods of a class. */
export interface McpGroupOptions {
  /** Prefix of the names of the methods: `orders` makes `find` `orders_find`. */
  name: string;
  servers?: string[];
  /** Of a controller: leaves out the middleware of its routes, as `middleware: 'skip'` of each method does. */
  middleware?: 'skip';
  /** Required beside those of the methods. */
  scopes?: string[];
  /** Asked before that of the method. */
  visibility?: McpVisibility;
}

const groupKey = 'nestjs-mcp:group';

/** On a class: its primitives' names get a prefix, and its options hold for all of them. Exposes nothing by itself. */
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
