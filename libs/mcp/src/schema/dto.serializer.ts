import type { Type } from '@nestjs/common';
import { instanceToPlain, type ClassTransformOptions } from 'class-transformer';
import type { SchemaResult } from './mcp.schema.js';

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/**
 * What a service returns, as the JSON that leaves: `@Exclude`, `@Expose` and `@Transform` of the declared class hold,
 * also where a plain object (or an instance of another class) stands for it. Dates become date-time strings,
 * bigints decimal strings.
 */
export function toPlain(
  value: unknown,
  type: Type,
  options: ClassTransformOptions = {},
): SchemaResult {
  const serialised = isObject(value)
    ? instanceToPlain(toInstance(value, type, options), options)
    : value;
  try {
    const text = JSON.stringify(serialised, (_, item: unknown) =>
      typeof item === 'bigint' ? String(item) : item,
    );
    return { value: text === undefined ? undefined : (JSON.parse(text) as unknown) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { issues: [{ message: `cannot be written as JSON: ${reason}` }] };
  }
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
