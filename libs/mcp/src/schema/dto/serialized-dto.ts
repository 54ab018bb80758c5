import type { Type } from '@nestjs/common';
import type { ClassTransformOptions } from 'class-transformer';
import { transformedProperties, transformHintsOf } from './class-transformer-hints.js';
import { isDtoClass } from './dto-property.js';

/**
 * Removes properties that the class excludes from the output of a serializer of the application. That also applies to a
 * plain object that the serializer did not transform, and nothing is transformed twice.
 */
export function withoutExcluded(
  value: unknown,
  type: Type,
  options: ClassTransformOptions = {},
): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutExcluded(item, type, options));
  if (typeof value !== 'object' || value === null) return value;
  const hintsOf = (property: string) => transformHintsOf(type, property, 'output', options);
  const properties = new Map(transformedProperties(type).map((name) => [hintsOf(name).key, name]));
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => {
      const hints = hintsOf(properties.get(key) ?? key);
      if (hints.excluded) return [];
      return [[key, isDtoClass(hints.type) ? withoutExcluded(item, hints.type, options) : item]];
    }),
  );
}
