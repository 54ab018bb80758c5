import type { JsonSchema } from './mcp.schema.js';

const TEXT = ['minLength', 'maxLength', 'pattern', 'format', 'contentEncoding', 'contentMediaType'];
const NUMBER = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'];
const LIST = [
  'items',
  'prefixItems',
  'contains',
  'minContains',
  'maxContains',
  'minItems',
  'maxItems',
  'uniqueItems',
];
const OBJECT = [
  'properties',
  'required',
  'additionalProperties',
  'patternProperties',
  'propertyNames',
  'minProperties',
  'maxProperties',
  'dependentRequired',
  'dependentSchemas',
];

/** The keywords that speak of values of one type only. */
const KEYWORDS: Readonly<Record<string, readonly string[]>> = {
  string: TEXT,
  number: NUMBER,
  integer: NUMBER,
  array: LIST,
  object: OBJECT,
};
const ALL = new Set(Object.values(KEYWORDS).flat());

/** Keywords that speak of all types at once: what has them stays as it is. */
const MIXED = ['enum', 'const', 'anyOf', 'unevaluatedItems', 'unevaluatedProperties'];

/** A list of types as alternatives of one type each, which is the form that most model providers know. */
export function withAlternatives(schema: JsonSchema): JsonSchema {
  const { type, ...rest } = schema;
  if (!Array.isArray(type) || MIXED.some((keyword) => keyword in schema)) return schema;
  const types = type.map(String);
  // "This or null" is read by all that know null at all.
  if (types.filter((name) => name !== 'null').length < 2) return schema;
  const keywords = Object.entries(rest);
  return {
    anyOf: types.map((name) => ({
      type: name,
      ...Object.fromEntries(keywords.filter(([keyword]) => KEYWORDS[name]?.includes(keyword))),
    })),
    ...Object.fromEntries(keywords.filter(([keyword]) => !ALL.has(keyword))),
  };
}
