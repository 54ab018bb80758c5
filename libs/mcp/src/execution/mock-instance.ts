import type { Type } from '@nestjs/common';
import { MetadataScanner } from '@nestjs/core';
import { McpException } from '../errors/mcp.exception.js';

type Method = (this: object, ...args: unknown[]) => unknown;

/**
 * An instance of a class, for Nest's enhancers, whose methods call those of a mock that a test provides in its place.
 * The methods have the metadata of the class. A method that the mock lacks throws `McpException`.
 */
export function instanceOfMock(type: Type, mock: object): object {
  const prototype = type.prototype as Record<string, Method>;
  const instance = Object.create(prototype) as Record<string, Method>;
  for (const name of new MetadataScanner().getAllMethodNames(prototype)) {
    const forward: Method = (...args) => {
      const method = (mock as Record<string, unknown>)[name];
      if (typeof method !== 'function') {
        throw new McpException(`The mock of ${type.name} has no method ${name}.`);
      }
      return (method as Method).apply(mock, args);
    };
    // Metadata of a function is inherited, so guards and Reflector see that of the class.
    Object.setPrototypeOf(forward, prototype[name] as Method);
    Object.defineProperty(instance, name, { value: forward });
  }
  return instance;
}
