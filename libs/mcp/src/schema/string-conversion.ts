import type { JsonSchema } from './mcp.schema.js';
import { subschemaOf } from './given-preview.js';

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/u;

const typesOf = (schema: JsonSchema): readonly unknown[] => {
  const { type, anyOf } = schema;
  if (Array.isArray(type)) return type;
  if (type !== undefined) return [type];
  return Array.isArray(anyOf) ? anyOf.flatMap((part) => typesOf(part as JsonSchema)) : [];
};

/**
 * Converts a text (a prompt's argument, a variable of a URI) to the type that its schema declares: numbers, booleans,
 * comma-separated lists, objects as JSON. A text that cannot be converted is unchanged, for validation to refuse.
 */
export function convertFromString(schema: JsonSchema, value: unknown, root = schema): unknown {
  if (Array.isArray(value)) {
    const items = subschemaOf(root, schema, 0) ?? {};
    return value.map((item) => convertFromString(items, item, root));
  }
  if (typeof value !== 'string') return value;
  const types = typesOf(schema);
  if (types.includes('string')) return value;
  if ((types.includes('number') || types.includes('integer')) && NUMBER.test(value)) {
    return Number(value);
  }
  if (types.includes('boolean') && (value === 'true' || value === 'false')) return value === 'true';
  if (types.includes('array')) return toList(schema, value, root);
  if (types.includes('object')) return parse(value);
  return types.length === 0 ? fromValues(schema, value) : value;
}

/** Converts every property of an object of texts by its own schema. */
export function convertAllFromStrings(
  schema: JsonSchema,
  input: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(input).map(([key, value]) => {
      const property = subschemaOf(schema, schema, key);
      return [key, property ? convertFromString(property, value, schema) : value];
    }),
  );
}

function toList(schema: JsonSchema, value: string, root: JsonSchema): unknown {
  const parsed = value.trimStart().startsWith('[') ? parse(value) : value;
  const items = Array.isArray(parsed) ? parsed : value === '' ? [] : value.split(',');
  return convertFromString(schema, items, root);
}

function parse(value: string): unknown {
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

/** The declared value (`enum`, `const`) with this text. */
function fromValues(schema: JsonSchema, value: string): unknown {
  const values = Array.isArray(schema['enum']) ? schema['enum'] : [schema['const']];
  const known = values.find((item) => item !== undefined && String(item) === value) as unknown;
  return known ?? value;
}
