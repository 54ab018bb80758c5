import { StreamableFile, type Type } from '@nestjs/common';
import { instanceToPlain, type ClassTransformOptions } from 'class-transformer';

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/**
 * What a service returns, as the JSON that leaves: `@Exclude`, `@Expose` and `@Transform` of the declared class hold,
 * also where a plain object (or an instance of another class) stands for it. Dates become date-time strings,
 * bigints decimal strings; what refers back to its owner is left out.
 */
export function toPlain(value: unknown, type: Type, options: ClassTransformOptions = {}): unknown {
  const transform = { enableCircularCheck: true, ...options };
  const plain = isObject(value)
    ? instanceToPlain(toInstance(value, type, transform), transform)
    : value;
  const text: string | undefined = JSON.stringify(plain, (_, item: unknown) =>
    typeof item === 'bigint' ? String(item) : item,
  );
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
}

/**
 * Instances of a class in place of what a method returned for it, so that a serializer of the application finds the decorators
 * of the class: plain objects and instances of other classes, also in a list. Whatever else it is stays as it is.
 */
export function toInstances(
  value: unknown,
  type: Type,
  options: ClassTransformOptions = {},
): unknown {
  if (Array.isArray(value)) return value.map((item) => toInstances(item, type, options));
  if (!isObject(value) || ArrayBuffer.isView(value) || value instanceof StreamableFile)
    return value;
  if (Symbol.iterator in value || Symbol.asyncIterator in value) return value;
  return toInstance(value, type, { enableCircularCheck: true, ...options });
}

function toInstance(value: object, type: Type, options: ClassTransformOptions): object {
  if (value instanceof type || Array.isArray(value)) return value;
  const isPlain = [Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null);
  const properties = isPlain ? value : plainOf(value, options);
  return Object.assign(Object.create(type.prototype as object) as object, properties);
}

/** An entity of another class has decorators of its own, which hold first; a document of an ODM knows its own JSON. */
function plainOf(value: object, options: ClassTransformOptions): object {
  const json: unknown =
    'toJSON' in value && typeof value.toJSON === 'function' ? value.toJSON() : undefined;
  return isObject(json) ? json : instanceToPlain(value, options);
}
