import type { JsonSchema, McpSchema, SchemaIssue, SchemaResult } from './mcp.schema.js';
import { tooManyBeside, toUnknownIssues } from './unknown-keys.js';

/** One named input: its schema and whether it is required. */
export interface NamedSchema {
  readonly name: string;
  readonly schema: McpSchema;
  readonly required: boolean;
  /** The value of a missing input (a copy for each call); documented as `default`. */
  readonly default?: unknown;
}

const define = (target: object, key: string, value: unknown): void => {
  Object.defineProperty(target, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
};

/** Composes named inputs to one object without other keys; local `$defs` move to its root. */
export function objectSchema(properties: readonly NamedSchema[]): McpSchema<object> {
  const names = new Set(properties.map(({ name }) => name));
  return {
    json: toJson(properties),
    validate: async (input) => {
      if (typeof input !== 'object' || input === null || Array.isArray(input)) {
        return { issues: [{ message: 'must be an object' }] };
      }
      const unknown = tooManyBeside(names, input);
      if (unknown) return { issues: toUnknownIssues(unknown) };
      return validateProperties(properties, names, input);
    },
  };
}

async function validateProperties(
  properties: readonly NamedSchema[],
  names: ReadonlySet<string>,
  input: object,
): Promise<SchemaResult<object>> {
  const value = {};
  const issues: SchemaIssue[] = [];
  for (const { name, schema, required, default: fallback } of properties) {
    const given = Object.hasOwn(input, name) ? input[name as never] : undefined;
    if (given === undefined) {
      if (fallback !== undefined) define(value, name, structuredClone(fallback));
      else if (required) issues.push({ path: [name], message: 'is required' });
      continue;
    }
    const result = await schema.validate(given);
    // Models send `null` for omitted inputs.
    if (result.issues && given === null && !required) {
      if (fallback !== undefined) define(value, name, structuredClone(fallback));
      continue;
    }
    if (!result.issues) define(value, name, result.value);
    for (const { message, path = [] } of result.issues ?? []) {
      issues.push({ message, path: [name, ...path] });
    }
  }
  for (const key of Object.keys(input)) {
    if (!names.has(key)) issues.push({ path: [key], message: 'should not exist' });
  }
  return issues.length > 0 ? { issues } : { value };
}

function toJson(properties: readonly NamedSchema[]): JsonSchema {
  const definitions = new Map<string, unknown>();
  const entries = properties.map(({ name, schema }) => [
    name,
    refersToRoot(schema.json) ? asResource(name, schema.json) : hoist(schema.json, definitions),
  ]);
  const required = properties.filter((property) => property.required).map(({ name }) => name);
  return {
    type: 'object',
    ...(entries.length > 0 && { properties: Object.fromEntries(entries) }),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
    ...(definitions.size > 0 && { $defs: Object.fromEntries(definitions) }),
  };
}

/** Keeps a schema that refers to its own root (`#`, `#/properties/…`) as a separate document. */
function asResource(name: string, json: JsonSchema): JsonSchema {
  return '$id' in json ? json : { $id: `urn:nestjs-mcp:${encodeURIComponent(name)}`, ...json };
}

function refersToRoot(node: unknown): boolean {
  if (typeof node !== 'object' || node === null) return false;
  const { $ref } = node as JsonSchema;
  const own = typeof $ref === 'string' && $ref.startsWith('#') && !$ref.startsWith('#/$defs/');
  return own || Object.values(node).some(refersToRoot);
}

/** Moves the `$defs` of a schema to `definitions`, and renames those whose name is taken. */
function hoist(json: JsonSchema, definitions: Map<string, unknown>): JsonSchema {
  const { $defs, ...schema } = json;
  if (typeof $defs !== 'object' || $defs === null || '$id' in json) return json;
  const names = new Map<string, string>();
  for (const [name, definition] of Object.entries($defs)) {
    let free = name;
    const same = (): boolean =>
      JSON.stringify(definitions.get(free)) === JSON.stringify(definition);
    for (let n = 2; definitions.has(free) && !same(); n++) free = `${name}${n}`;
    names.set(name, free);
    definitions.set(free, definition);
  }
  for (const [name, free] of names)
    definitions.set(free, rename(($defs as JsonSchema)[name], names));
  return rename(schema, names) as JsonSchema;
}

function rename(node: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(node)) return node.map((item) => rename(item, names));
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => {
      if (key !== '$ref' || typeof value !== 'string') return [key, rename(value, names)];
      const [, , name = '', ...rest] = value.split('/');
      const free = value.startsWith('#/$defs/') ? names.get(name) : undefined;
      return [key, free ? ['#', '$defs', free, ...rest].join('/') : value];
    }),
  );
}
