import type { Type } from '@nestjs/common';
import type { PropertyRules, ValidationRule } from './class-validator.metadata.js';
import type { TransformHints } from './class-transformer-hints.js';
import type { JsonSchema } from '../mcp.schema.js';
import type { ApiProperty } from './swagger-hints.js';

/** All that is known of one property of a class, from every source. */
export interface DtoProperty {
  readonly name: string;
  readonly hints: TransformHints;
  /** `undefined` where class-validator has no rule for it. */
  readonly rules: PropertyRules | undefined;
  readonly api: ApiProperty | undefined;
  /** What a new instance holds there: the initialiser. */
  readonly initial: unknown;
  /** The same as JSON, where every instance holds it. */
  readonly default: unknown;
}

/** How a property reads in JSON Schema. */
export interface DescribedProperty {
  readonly key: string;
  readonly schema: JsonSchema;
  readonly required: boolean;
}

/** Writes the schema of another class: in full, or only its names and texts where nothing in it is checked. */
export interface ClassReferences {
  refer(type: Type): JsonSchema;
  outline(type: Type): JsonSchema;
  /** The class that an OpenAPI reference means. */
  named(name: string): Type | undefined;
}

const BUILT_IN = new Set<unknown>([
  String,
  Number,
  Boolean,
  Date,
  Object,
  Array,
  Function,
  Map,
  Set,
  Promise,
  Symbol,
  BigInt,
  Buffer,
  Uint8Array,
]);

/** Whether a type is a class of the application (or of a library), not one of the language. */
export function isDtoClass(type: unknown): type is Type {
  return typeof type === 'function' && !BUILT_IN.has(type) && typeof type.prototype === 'object';
}

/** What an initialiser gives, as JSON: a copy, or `undefined` where JSON has no such value. */
export function toDefault(value: unknown): unknown {
  if (value === undefined || value === null || typeof value === 'function') return undefined;
  if (value instanceof Map || value instanceof Set) return undefined;
  try {
    const json = JSON.stringify(value);
    return json === undefined ? undefined : (JSON.parse(json) as unknown);
  } catch {
    return undefined;
  }
}

function isRefused(rule: ValidationRule, value: unknown): boolean {
  const values: readonly unknown[] = rule.each && Array.isArray(value) ? value : [value];
  return values.some((item) => rule.accepts(item) === false);
}

/** Whether leaving a property out is certain to be refused, given what a new instance holds there. */
export function isRefusedWhenMissing(rules: PropertyRules, initial: unknown): boolean {
  if (rules.conditional) return false;
  if (initial === undefined && rules.skips.undefined) return false;
  if (initial === null && rules.skips.null) return false;
  return rules.rules.some((rule) => isRefused(rule, initial));
}
