import type { JsonSchema } from './mcp.schema.js';

/** The longest text of a received value that an error repeats. */
const MAX_GIVEN = 80;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** An own property of a value, never an inherited one. */
export function ownValue(value: unknown, key: PropertyKey): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key as string] : undefined;
}

/** Whether errors must not repeat the values of a property: `writeOnly: true` or `format: password`. */
export function isSecret(schema: JsonSchema | undefined): boolean {
  if (!schema) return false;
  if (schema['writeOnly'] === true || schema['format'] === 'password') return true;
  return alternativesOf(schema).some((part) => isSecret(part));
}

function alternativesOf(schema: JsonSchema): JsonSchema[] {
  return ['allOf', 'anyOf', 'oneOf'].flatMap((keyword) => {
    const parts = ownValue(schema, keyword);
    return Array.isArray(parts) ? parts.filter((part): part is JsonSchema => isObject(part)) : [];
  });
}

function resolve(root: JsonSchema, schema: unknown): JsonSchema | undefined {
  if (!isObject(schema)) return undefined;
  const ref = ownValue(schema, '$ref');
  if (typeof ref !== 'string' || !ref.startsWith('#')) return schema;
  const target = ref
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((node, part) => ownValue(node, part), root);
  return isObject(target) ? target : schema;
}

/** The part of a JSON Schema for one property or item, through `$ref` and alternatives. */
export function subschemaOf(
  root: JsonSchema,
  schema: JsonSchema,
  key: PropertyKey,
  depth = 0,
): JsonSchema | undefined {
  const node = resolve(root, schema);
  if (!node || depth > 8) return undefined;
  const own =
    ownValue(ownValue(node, 'properties'), key) ??
    (/^\d+$/u.test(String(key)) ? ownValue(node, 'items') : undefined);
  if (own !== undefined) return resolve(root, own);
  const found = alternativesOf(node)
    .map((part) => subschemaOf(root, part, key, depth + 1))
    .filter((part) => part !== undefined);
  return (
    found.find((part) => isSecret(part)) ?? found[0] ?? resolve(root, node['additionalProperties'])
  );
}

/** A value as short JSON (at most 80 characters), in time that does not depend on its size; secrets are masked. */
export function preview(value: unknown, root?: JsonSchema, schema?: JsonSchema): string {
  const parts: string[] = [];
  let left = MAX_GIVEN;
  const put = (text: string): void => {
    if (left > 0) parts.push(text.slice(0, left));
    left -= text.length;
  };
  const write = (item: unknown, node: JsonSchema | undefined): void => {
    if (left <= 0) return;
    if (item !== undefined && isSecret(node)) return put('(hidden)');
    if (typeof item === 'string') return put(JSON.stringify(item.slice(0, MAX_GIVEN)));
    if (Array.isArray(item)) return writeItems(item, node);
    if (item instanceof Date) return put(String(item));
    if (isObject(item)) return writeProperties(item, node);
    put(item === undefined ? 'nothing' : `${item as number | boolean | bigint | null}`);
  };
  const child = (node: JsonSchema | undefined, key: PropertyKey): JsonSchema | undefined =>
    root && node && subschemaOf(root, node, key);
  const writeItems = (items: readonly unknown[], node: JsonSchema | undefined): void => {
    put('[');
    for (const [index, item] of items.entries()) {
      if (left <= 0) break;
      if (index > 0) put(',');
      write(item, child(node, index));
    }
    put(']');
  };
  const writeProperties = (object: Record<string, unknown>, node: JsonSchema | undefined): void => {
    put('{');
    let first = true;
    for (const key in object) {
      if (left <= 0) break;
      if (!Object.hasOwn(object, key)) continue;
      put(`${first ? '' : ','}${JSON.stringify(key.slice(0, MAX_GIVEN))}:`);
      first = false;
      write(object[key], child(node, key));
    }
    put('}');
  };
  write(value, schema);
  const text = parts.join('');
  return left < 0 ? `${text.slice(0, MAX_GIVEN - 1)}…` : text;
}
