import type { JsonSchema } from './mcp.schema.js';

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A description with an additional sentence. */
export function sentence(description: unknown, words: string): string {
  if (typeof description !== 'string' || description.trim() === '') return words;
  const text = description.trimEnd();
  return `${text}${/[.!?:;…]$/u.test(text) ? '' : '.'} ${words}`;
}

/** Adds `items` to every array, because some providers refuse arrays without it. */
export function withItems(schema: JsonSchema): JsonSchema {
  const { type } = schema;
  const isList = type === 'array' || (Array.isArray(type) && type.includes('array'));
  // With `unevaluatedItems`, adding `items` would mean that all items are evaluated.
  if (!isList || 'items' in schema || 'unevaluatedItems' in schema) return schema;
  return { ...schema, items: {} };
}

/** The most examples that a description repeats. */
const MAX_EXAMPLES = 10;

/** Adds `examples` (and OpenAPI's `example`) to the description. */
export function withWords(schema: JsonSchema): JsonSchema {
  if (!Array.isArray(schema['examples']) && !('example' in schema)) return schema;
  const { examples, example, ...rest } = schema;
  const values: unknown[] = [
    ...(example === undefined ? [] : [example]),
    ...(Array.isArray(examples) ? (examples as unknown[]) : []),
  ];
  if (values.length === 0) return rest;
  const words = values
    .slice(0, MAX_EXAMPLES)
    .map((value) => wordOf(value))
    .join(', ');
  const more = values.length > MAX_EXAMPLES ? ', …' : '';
  const label = values.length === 1 ? 'Example' : 'Examples';
  return { ...rest, description: sentence(rest['description'], `${label}: ${words}${more}`) };
}

function wordOf(value: unknown): string {
  return typeof value === 'string' && value !== '' ? value : JSON.stringify(value);
}

/**
 * Replaces a `not` that only excludes `null` or an empty text by a form that model providers support: a length, or
 * words.
 */
export function withoutBans(schema: JsonSchema): JsonSchema {
  const { not, ...rest } = schema;
  const banned = isSchema(not) ? bannedBy(not) : undefined;
  if (!banned) return schema;
  const possible = banned.filter((value) => mayBe(rest['type'], value));
  const others = possible.filter((value) => value !== null && value !== '');
  const bansEmpty = possible.includes('');
  const bansNull = possible.includes(null);
  const { minLength } = rest;
  const isLong = typeof minLength === 'number' && minLength > 0;
  return {
    ...rest,
    ...(bansEmpty && !isLong && { minLength: 1 }),
    ...(bansNull && { description: sentence(rest['description'], 'Not null.') }),
    ...(others.length > 0 && { not: { enum: others } }),
  };
}

/** The values that a `not` excludes, if it has no other constraint. */
function bannedBy(not: JsonSchema): unknown[] | undefined {
  const [keyword, ...others] = Object.keys(not);
  if (others.length > 0) return undefined;
  if (keyword === 'type' && not['type'] === 'null') return [null];
  if (keyword === 'const') return [not['const']];
  return keyword === 'enum' && Array.isArray(not['enum']) ? not['enum'] : undefined;
}

/** Whether the schema allows the type of a value. */
function mayBe(type: unknown, value: unknown): boolean {
  if (type === undefined) return true;
  const types: readonly unknown[] = Array.isArray(type) ? type : [type];
  const own = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  return types.includes(own) || (own === 'number' && types.includes('integer'));
}
