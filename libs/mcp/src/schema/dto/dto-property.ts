import type { Type } from '@nestjs/common';
import type { PropertyRules, ValidationRule } from './class-validator.metadata.js';
import type { TransformHints } from './class-transformer-hints.js';
import type { JsonSchema } from '../mcp.schema.js';
import type { ApiProperty } from './swagger-hints.js';

/** The metadata of one property of a class, from every source. */
export interface DtoProperty {
  readonly name: string;
  readonly hints: TransformHints;
  /** `undefined` if class-validator has no rule for it. */
  readonly rules: PropertyRules | undefined;
  readonly api: ApiProperty | undefined;
  /** The value of the property in a new instance, from its initialiser. */
  readonly initial: unknown;
  /** The same as JSON, if every instance has that value. */
  readonly default: unknown;
}

/** The JSON Schema of a property. */
export interface DescribedProperty {
  readonly key: string;
  readonly schema: JsonSchema;
  readonly required: boolean;
}

/** Writes the schema of another class: in full, or only names and descriptions if nothing in it is validated. */
export interface ClassReferences {
  refer(type: Type): JsonSchema;
  outline(type: Type): JsonSchema;
  /** The class of an OpenAPI reference. */
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

/** Whether a type is a class of the application (or of a library), not one of JavaScript. */
export function isDtoClass(type: unknown): type is Type {
  return typeof type === 'function' && !BUILT_IN.has(type) && typeof type.prototype === 'object';
}

/** The JSON of an initialiser's value, as a copy; `undefined` if JSON cannot express it. */
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

/** Whether a missing property is certainly refused, given its value in a new instance. */
export function isRefusedWhenMissing(rules: PropertyRules, initial: unknown): boolean {
  if (rules.conditional) return false;
  if (initial === undefined && rules.skips.undefined) return false;
  if (initial === null && rules.skips.null) return false;
  return rules.rules.some((rule) => isRefused(rule, initial));
}
