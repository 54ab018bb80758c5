import { McpConfigurationError } from '../errors/configuration.error.js';

/** Keys with which copying or merging an object could change a prototype; Nest's `ValidationPipe` removes them too. */
const PROTOTYPE_KEYS: readonly string[] = ['__proto__', 'constructor', 'prototype'];

/** Deeper values are refused elsewhere, or never copied. */
const MAX_DEPTH = 200;

/**
 * JSON without own keys `__proto__`, `constructor` and `prototype`, at any depth. Returns the value itself if it has
 * none, else a copy.
 */
export function withoutPrototypeKeys<T>(value: T): T {
  return hasPrototypeKeys(value, 0) ? (strip(value, 0) as T) : value;
}

/** Keywords whose values are no schemas. */
const VALUES: readonly string[] = ['default', 'const', 'enum', 'examples'];

/** Throws `McpConfigurationError` for a schema with a property of such a name, at any depth: its value never arrives. */
export function checkPropertyNames(schema: unknown, where: string): void {
  if (typeof schema !== 'object' || schema === null) return;
  for (const [keyword, value] of Object.entries(schema)) {
    if (VALUES.includes(keyword)) continue;
    if (keyword !== 'properties' || typeof value !== 'object' || value === null) {
      checkPropertyNames(value, where);
      continue;
    }
    for (const [name, property] of Object.entries(value as object)) {
      if (PROTOTYPE_KEYS.includes(name)) {
        throw new McpConfigurationError(
          where,
          `the input '${name}' would never arrive: keys named __proto__, constructor and prototype are removed from every input.`,
          'Give it another name.',
        );
      }
      checkPropertyNames(property, where);
    }
  }
}

/** Nearly no input has any, so the first walk only looks. */
function hasPrototypeKeys(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return false;
  if (Array.isArray(value)) {
    for (const item of value) if (hasPrototypeKeys(item, depth + 1)) return true;
    return false;
  }
  if (!isJsonObject(value)) return false;
  for (const key of PROTOTYPE_KEYS) if (Object.hasOwn(value, key)) return true;
  for (const item of Object.values(value)) if (hasPrototypeKeys(item, depth + 1)) return true;
  return false;
}

function strip(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return value;
  if (Array.isArray(value)) return value.map((item) => strip(item, depth + 1));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !PROTOTYPE_KEYS.includes(key))
      .map(([key, item]) => [key, strip(item, depth + 1)]),
  );
}

/** Whether an object is as `JSON.parse` makes them, in any realm. */
function isJsonObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return true;
  return (
    Object.getPrototypeOf(prototype) === null &&
    Object.hasOwn(prototype as object, 'hasOwnProperty')
  );
}
