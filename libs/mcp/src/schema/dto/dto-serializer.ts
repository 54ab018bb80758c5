import { StreamableFile, type Type } from '@nestjs/common';
import { instanceToPlain, type ClassTransformOptions } from 'class-transformer';

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/**
 * The JSON of a returned value: `@Exclude`, `@Expose` and `@Transform` of the declared class apply, also to a plain
 * object or an instance of another class. Dates become date-time strings, bigints decimal strings; circular references
 * are left out.
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
 * Converts plain objects and instances of other classes, also in a list, to instances of the declared class, so that a
 * serializer of the application finds its decorators. Other values are unchanged.
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

/**
 * The plain form of an object. An entity of another class has its own decorators, which apply first; a document of an
 * ODM has its own JSON.
 */
function plainOf(value: object, options: ClassTransformOptions): object {
  const json: unknown =
    'toJSON' in value && typeof value.toJSON === 'function' ? value.toJSON() : undefined;
  return isObject(json) ? json : instanceToPlain(value, options);
}
