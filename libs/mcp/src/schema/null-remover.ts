import type { JsonSchema } from './mcp.schema.js';

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Keywords that do not constrain the value. */
const ANNOTATIONS = new Set(['title', 'description', 'default', 'examples', 'deprecated']);

/**
 * The same schema without `null` in its `type`, `enum` and branches, for an optional property. A schema that accepts
 * only `null` is unchanged.
 */
export function withoutNull(schema: JsonSchema): JsonSchema {
  const { type, enum: values, not } = schema;
  let result: JsonSchema = { ...schema };
  if (result['default'] === null) delete result['default'];
  if (Array.isArray(type)) {
    const types = type.filter((name) => name !== 'null');
    if (types.length > 0) result['type'] = types.length === 1 ? types[0] : types;
  }
  if (Array.isArray(values)) {
    const others = values.filter((value) => value !== null);
    if (others.length > 0) result['enum'] = others;
  }
  if (isSchema(not)) {
    if (onlyNull(not)) delete result['not'];
    else if (Array.isArray(not['enum'])) {
      result['not'] = { ...not, enum: not['enum'].filter((value) => value !== null) };
    }
  }
  for (const keyword of ['anyOf', 'oneOf']) {
    if (Array.isArray(schema[keyword])) result = withBranches(result, keyword);
  }
  if (Array.isArray(schema['allOf'])) {
    result['allOf'] = schema['allOf'].map((part: unknown) =>
      isSchema(part) ? withoutNull(part) : part,
    );
  }
  return result;
}

/** Removes the branches that only accept `null`; a single remaining branch is inlined if possible. */
function withBranches(schema: JsonSchema, keyword: string): JsonSchema {
  const { [keyword]: branches, ...siblings } = schema;
  const left = (branches as unknown[])
    .filter((part) => !isSchema(part) || !onlyNull(part))
    .map((part) => (isSchema(part) ? withoutNull(part) : part));
  if (left.length === 0) return schema;
  const isShorter = left.length < (branches as unknown[]).length;
  const [only] = left;
  const isAlone = isShorter && left.length === 1 && isSchema(only);
  const isFree = Object.keys(siblings).every((key) => ANNOTATIONS.has(key));
  return isAlone && isFree ? { ...only, ...siblings } : { ...schema, [keyword]: left };
}

function onlyNull(schema: JsonSchema): boolean {
  const { type, enum: values } = schema;
  if (type === 'null') return true;
  if ('const' in schema) return schema['const'] === null;
  return Array.isArray(values) && values.length > 0 && values.every((value) => value === null);
}

/** Whether a schema still contains `null` as a value, itself, in a branch or behind a reference. */
export function saysNull(schema: unknown, root: JsonSchema, depth = 0): boolean {
  if (!isSchema(schema) || depth > 8) return false;
  const { type, enum: values, $ref } = schema;
  if (type === 'null' || (Array.isArray(type) && type.includes('null'))) return true;
  if (schema['const'] === null || (Array.isArray(values) && values.includes(null))) return true;
  if (typeof $ref === 'string' && $ref.startsWith('#/$defs/')) {
    const target = ((root['$defs'] ?? {}) as JsonSchema)[$ref.slice('#/$defs/'.length)];
    if (saysNull(target, root, depth + 1)) return true;
  }
  return ['anyOf', 'oneOf', 'allOf'].some((keyword) =>
    ((schema[keyword] ?? []) as unknown[]).some((part) => saysNull(part, root, depth + 1)),
  );
}
