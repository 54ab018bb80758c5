/**
 * Makes `instanceof` work between copies of this package: a process may have two, such as its ES modules in the
 * application and its CommonJS in a library. Instances of the class have a mark that all copies check; subclasses are
 * compared as usual.
 */
export function brand(type: Function, name: string): void {
  const mark = Symbol.for(`nestjs-mcp:${name}`);
  const ordinary = Function.prototype[Symbol.hasInstance];
  Object.defineProperty(type.prototype, mark, { value: true });
  Object.defineProperty(type, Symbol.hasInstance, {
    value(this: Function, value: unknown): boolean {
      if (this !== type) return ordinary.call(this, value);
      return typeof value === 'object' && value !== null && mark in value;
    },
  });
}

/** Whether a value is that class, of any copy of this package. */
export function isBrandedClass(value: unknown, name: string): boolean {
  return (
    typeof value === 'function' &&
    typeof value.prototype === 'object' &&
    value.prototype !== null &&
    Object.hasOwn(value.prototype as object, Symbol.for(`nestjs-mcp:${name}`))
  );
}
