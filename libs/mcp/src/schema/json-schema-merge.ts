import type { JsonSchema } from './mcp.schema.js';

type Combine = (a: never, b: never) => unknown;

const larger = (a: number, b: number): number => Math.max(a, b);
const smaller = (a: number, b: number): number => Math.min(a, b);
const listOf = <T>(value: T | readonly T[]): readonly T[] =>
  Array.isArray(value) ? (value as readonly T[]) : [value as T];

/** How two values of one keyword are combined; if that is impossible, both schemas go into `allOf`. */
const COMBINE: Readonly<Record<string, Combine>> = {
  minimum: larger,
  exclusiveMinimum: larger,
  minLength: larger,
  minItems: larger,
  minProperties: larger,
  maximum: smaller,
  exclusiveMaximum: smaller,
  maxLength: smaller,
  maxItems: smaller,
  maxProperties: smaller,
  uniqueItems: (a: boolean, b: boolean) => a || b,
  type: combineTypes,
  enum: (a: readonly unknown[], b: readonly unknown[]) => {
    const both = a.filter((value) => b.includes(value));
    return both.length > 0 ? both : undefined;
  },
  items: (a: JsonSchema, b: JsonSchema) => merge(a, b),
  allOf: (a: readonly unknown[], b: readonly unknown[]) => [...a, ...b],
};

function combineTypes(a: string | readonly string[], b: string | readonly string[]): unknown {
  const [left, right] = [listOf(a), listOf(b)];
  const both = left.filter((type) => right.includes(type));
  // Every integer is a number.
  if (both.length === 0 && [...left, ...right].includes('integer')) {
    if (left.includes('number') || right.includes('number')) return 'integer';
  }
  if (both.length === 0) return undefined;
  return both.length === 1 ? both[0] : both;
}

const isEqual = (a: unknown, b: unknown): boolean =>
  a === b || JSON.stringify(a) === JSON.stringify(b);

/** A schema that requires what both schemas require. */
export function merge(a: JsonSchema, b: JsonSchema): JsonSchema {
  const result: JsonSchema = { ...a };
  const rest: JsonSchema = {};
  for (const [keyword, value] of Object.entries(b)) {
    const own = result[keyword];
    if (own === undefined || isEqual(own, value)) result[keyword] = value;
    else {
      const combined: unknown = COMBINE[keyword]?.(own as never, value as never);
      if (combined === undefined) rest[keyword] = value;
      else result[keyword] = combined;
    }
  }
  if (Object.keys(rest).length > 0) result['allOf'] = [...allOf(result), rest];
  return result;
}

const allOf = (schema: JsonSchema): unknown[] => (schema['allOf'] as unknown[] | undefined) ?? [];

function acceptsNull(schema: unknown): boolean {
  if (schema === true) return true;
  if (typeof schema !== 'object' || schema === null) return false;
  const node = schema as JsonSchema;
  const parts = (keyword: string): unknown[] => (node[keyword] as unknown[] | undefined) ?? [];
  if ('type' in node && !listOf(node['type']).includes('null')) return false;
  if ('enum' in node && !parts('enum').includes(null)) return false;
  if ('const' in node && node['const'] !== null) return false;
  if ('$ref' in node) return false;
  if ('not' in node && acceptsNull(node['not'])) return false;
  if ('anyOf' in node && !parts('anyOf').some(acceptsNull)) return false;
  if ('oneOf' in node && parts('oneOf').filter(acceptsNull).length !== 1) return false;
  return parts('allOf').every(acceptsNull);
}

/** The same schema with `null` allowed: in its `type` and `enum` if that suffices, else as an alternative. */
export function nullable(schema: JsonSchema): JsonSchema {
  if (acceptsNull(schema)) return schema;
  const widened: JsonSchema = { ...schema };
  if ('type' in schema) widened['type'] = [...listOf(schema['type']), 'null'];
  if (Array.isArray(schema['enum'])) {
    widened['enum'] = [...new Set<unknown>([...(schema['enum'] as unknown[]), null])];
  }
  return acceptsNull(widened) ? widened : { anyOf: [schema, { type: 'null' }] };
}
