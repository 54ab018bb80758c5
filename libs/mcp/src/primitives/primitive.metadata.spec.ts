import 'reflect-metadata';
import { McpConfigurationError } from '../errors/configuration.error.js';
import { createPrimitiveDecorator } from './primitive.metadata.js';

const { decorate } = createPrimitiveDecorator<object>('nestjs-mcp:test');

class Shop {
  static find(): string {
    return 'found';
  }

  static readonly label: string = 'shop';

  [Symbol.iterator](): undefined {
    return undefined;
  }

  get open(): boolean {
    return true;
  }

  close(): string {
    return 'closed';
  }
}

/** Decorates a member as a compiler does. */
function decorateMember(target: object, name: string | symbol | undefined): () => void {
  const descriptor = name === undefined ? name : Object.getOwnPropertyDescriptor(target, name);
  return () => decorate({})(target, name as string, descriptor as PropertyDescriptor);
}

describe('An MCP decorator', () => {
  it.each<[string, object, string | symbol | undefined, string]>([
    [
      'a static method',
      Shop,
      'find',
      'Shop.find: an MCP decorator stands on a static method, which belongs to no provider. Remove static, and provide the class.',
    ],
    [
      'a static property',
      Shop,
      'label',
      'Shop.label: an MCP decorator stands on a property, which is no method. Put it on a method: label() { … }.',
    ],
    [
      'a method named by a symbol',
      Shop.prototype,
      Symbol.iterator,
      'Shop[Symbol(Symbol.iterator)]: an MCP decorator stands on a method that a symbol names, which Nest does not find. Give the method a name.',
    ],
    [
      'a getter',
      Shop.prototype,
      'open',
      'Shop.open: an MCP decorator stands on an accessor, which is no method. Put it on a method: open() { … }.',
    ],
    [
      'a property',
      Shop.prototype,
      'later',
      'Shop.later: an MCP decorator stands on a property, which is no method. Put it on a method: later() { … }.',
    ],
    [
      'a class',
      Shop,
      undefined,
      'Shop: an MCP decorator of methods stands on a class. Put it on the methods.',
    ],
  ])('refuses %s, with the member and the remedy in the error', (_what, target, name, message) => {
    const decorated = decorateMember(target, name);
    expect(decorated).toThrow(McpConfigurationError);
    expect(decorated).toThrow(message);
  });

  it('takes a method', () => {
    expect(decorateMember(Shop.prototype, 'close')).not.toThrow();
  });
});
