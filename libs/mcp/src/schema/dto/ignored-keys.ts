import type { Type } from '@nestjs/common';
import { transformedProperties } from './class-transformer-hints.js';
import { isTransformed, storage } from './class-transformer-storage.js';

/**
 * The names that class-transformer may take out of an input or rename before class-validator sees it: those with decorators of its own,
 * those of methods and accessors, which it does not assign, and those of initialised properties, which may hold functions. Those by which a prototype is reached are taken out by the module.
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
