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

/** The keywords that apply to values of one type only. */
const KEYWORDS: Readonly<Record<string, readonly string[]>> = {
  string: TEXT,
  number: NUMBER,
  integer: NUMBER,
  array: LIST,
  object: OBJECT,
};
const ALL = new Set(Object.values(KEYWORDS).flat());

/** Keywords that apply to all types: schemas with them are unchanged. */
const MIXED = ['enum', 'const', 'anyOf', 'unevaluatedItems', 'unevaluatedProperties'];

/** Writes a list of types as alternatives of one type each, which most model providers support. */
export function withAlternatives(schema: JsonSchema): JsonSchema {
  const { type, ...rest } = schema;
  if (!Array.isArray(type) || MIXED.some((keyword) => keyword in schema)) return schema;
  const types = type.map(String);
  // All providers that support `null` support "this or null".
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
