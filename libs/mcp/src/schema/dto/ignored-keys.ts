import type { Type } from '@nestjs/common';
import { transformedProperties } from './class-transformer-hints.js';
import { isTransformed, storage } from './class-transformer-storage.js';

/**
 * The names that class-transformer may remove from an input or rename before class-validator runs: those with its own
 * decorators, those of methods and accessors, which it does not assign, and those of initialised properties, which may
 * contain functions. The module itself removes keys that could change a prototype.
 */
export function ignoredKeys(type: Type, initialised: readonly string[]): string[] {
  const excluded = isTransformed(type) ? storage.getExcludedMetadatas(type) : [];
  const names = [
    'prototype',
    ...initialised,
    ...transformedProperties(type),
    ...excluded.map(({ propertyName }) => propertyName),
  ];
  for (let target: unknown = type.prototype; target; target = Object.getPrototypeOf(target)) {
    names.push(...Object.getOwnPropertyNames(target));
  }
  return names.filter((name: unknown) => typeof name === 'string');
}
