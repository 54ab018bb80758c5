import type { JsonSchema, SchemaIssue } from './mcp.schema.js';
import { isSecret, ownValue, preview, subschemaOf } from './given-preview.js';

/** As many wrong properties as are told to a client at once. */
const MAX_LINES = 50;

/** As many issues as are worth collecting: beyond them no line is written. */
export const MAX_ISSUES = 1_000;

/**
 * The text of a refused input: one line per wrong property with its path, the rules in words and what was given,
 * e.g. `items[2].qty: must not be greater than 100 (given: 1000)`. `input` is what the client sent;
 * with `schema`, the values of properties marked `writeOnly` or `format: password` are not repeated. An `input` of
 * `undefined` is not known: then nothing is said of what was given.
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
