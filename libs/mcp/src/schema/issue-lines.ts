import type { JsonSchema, SchemaIssue } from './mcp.schema.js';
import { isSecret, ownValue, preview, subschemaOf } from './given-preview.js';

/** The most invalid properties that an error lists. */
const MAX_LINES = 50;

/** The most issues that are collected: further ones would not be written. */
export const MAX_ISSUES = 1_000;

/**
 * The text for a refused input: one line for each invalid property with its path, the rules in words and the received
 * value, e.g. `items[2].qty: must not be greater than 100 (given: 1000)`. `input` is what the client sent; with
 * `schema`, the values of properties marked `writeOnly` or `format: password` are not repeated. If `input` is
 * `undefined`, no values are repeated.
 */
export function toLines(
  issues: readonly SchemaIssue[],
  input: unknown,
  schema?: JsonSchema,
): string[] {
  const messages = new Map<string, { path: readonly PropertyKey[]; rules: string[] }>();
  for (const { path = [], message } of issues.slice(0, MAX_ISSUES)) {
    const key = JSON.stringify(path.map(String));
    const entry = messages.get(key) ?? { path, rules: [] };
    if (!entry.rules.includes(message)) entry.rules.push(message);
    messages.set(key, entry);
  }
  const lines = [...messages.values()]
    .slice(0, MAX_LINES)
    .map(({ path, rules }) => toLine(path, rules, input, schema));
  return messages.size > lines.length ? [...lines, '… and more'] : lines;
}

function toLine(
  path: readonly PropertyKey[],
  rules: readonly string[],
  input: unknown,
  schema: JsonSchema | undefined,
): string {
  let where = '';
  let value = input;
  let node = schema;
  let secret = false;
  for (const key of path) {
    where += toSegment(key, Array.isArray(value), where === '');
    value = ownValue(value, key);
    node = node && subschemaOf(schema as JsonSchema, node, key);
    secret ||= isSecret(node);
  }
  const said = `${where || 'input'}: ${rules.join('; ')}`;
  if (input === undefined && path.length > 0) return said;
  const given = secret && value !== undefined ? '(hidden)' : preview(value, schema, node);
  return `${said} (given: ${given})`;
}

function toSegment(key: PropertyKey, inArray: boolean, first: boolean): string {
  const name = String(key);
  if (typeof key === 'number' || (inArray && /^\d+$/u.test(name))) return `[${name}]`;
  if (!/^[\p{L}_$][\p{L}\p{N}_$-]*$/u.test(name)) return `[${JSON.stringify(name.slice(0, 80))}]`;
  const shown = name.slice(0, 80);
  return first ? shown : `.${shown}`;
}
