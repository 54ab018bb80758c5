import type { JsonSchema } from '../mcp.schema.js';
import { TAG } from './dto-input.js';

/** Up to this many classes are inlined; beyond it, classes used more than once become `$defs`. */
const MAX_IN_PLACE = 64;

const PREFIX = '#/$defs/';

/** A document in which only recursive classes (and, in very large ones, repeated classes) are references. */
export function inlineReferences(
  root: string,
  definitions: ReadonlyMap<string, JsonSchema>,
): JsonSchema {
  const whole = definitions.get(root);
  // Nearly every class: there is nothing to inline.
  if (whole && isPlain(whole)) return whole;
  const targets: Targets = new Map(
    [...definitions].map(([name, node]) => [name, referencesOf(node)]),
  );
  const kept = new Set([...targets.keys()].filter((name) => isRecursive(name, targets)));
  for (const name of repeated(root, targets, kept)) kept.add(name);
  const used = new Map<string, JsonSchema>();
  const write = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(write);
    if (typeof node !== 'object' || node === null) return node;
    const { $ref, [TAG]: tag, ...written } = node as JsonSchema;
    const name = nameOf($ref);
    for (const key of Object.keys(written)) written[key] = write(written[key]);
    if (name === undefined) return collapse(written);
    return withTag(withReference(name, written), tag as JsonSchema | undefined);
  };
  const withReference = (name: string, siblings: JsonSchema): JsonSchema => {
    if (!kept.has(name)) {
      const target = write(definitions.get(name)) as JsonSchema;
      return { ...target, ...siblings };
    }
    if (!used.has(name)) {
      used.set(name, {});
      used.set(name, write(definitions.get(name)) as JsonSchema);
    }
    return { $ref: `${PREFIX}${name}`, ...siblings };
  };
  // The root is inlined even if it is recursive: clients look for `type` and `properties` there.
  const document = write(definitions.get(root)) as JsonSchema;
  return used.size > 0 ? { ...document, $defs: Object.fromEntries(used) } : document;
}

const COMPOSED = ['$ref', 'anyOf', 'oneOf', 'allOf', 'not', 'enum', 'const'];

/** Writes "this class or null" as one schema, if the class is inlined. */
function collapse(schema: JsonSchema): JsonSchema {
  const { anyOf, ...rest } = schema;
  if (!Array.isArray(anyOf) || anyOf.length !== 2) return schema;
  const [first, second] = anyOf as [JsonSchema, JsonSchema];
  if (second['type'] !== 'null' || typeof first['type'] !== 'string') return schema;
  if (COMPOSED.some((keyword) => keyword in first)) return schema;
  return { ...first, type: [first['type'], 'null'], ...rest };
}

/** Adds the discriminator to a sub type: its value is part of the object, whatever the class declares. */
function withTag(schema: JsonSchema, tag: JsonSchema | undefined): JsonSchema {
  if (!tag) return schema;
  const [[property, constant] = ['', {}]] = Object.entries(tag['properties'] as JsonSchema);
  if ('$ref' in schema) return { allOf: [schema, tag] };
  const properties = (schema['properties'] ?? {}) as JsonSchema;
  const required = (schema['required'] ?? []) as string[];
  return {
    ...schema,
    properties: { ...properties, [property]: constant },
    required: [...new Set([property, ...required])],
  };
}

function nameOf($ref: unknown): string | undefined {
  return typeof $ref === 'string' && $ref.startsWith(PREFIX)
    ? $ref.slice(PREFIX.length)
    : undefined;
}

/** Whether a node contains neither references nor alternatives. */
function isPlain(node: unknown): boolean {
  if (typeof node !== 'object' || node === null) return true;
  if (Array.isArray(node)) return node.every(isPlain);
  return !('$ref' in node) && !('anyOf' in node) && Object.values(node).every(isPlain);
}

/** The names that a node refers to, added to `found` once for each reference. */
function referencesOf(node: unknown, found: string[] = []): string[] {
  if (typeof node !== 'object' || node === null) return found;
  const name = nameOf((node as JsonSchema)['$ref']);
  if (name !== undefined) found.push(name);
  for (const part of Object.values(node)) referencesOf(part, found);
  return found;
}

/** The names that each definition refers to. */
type Targets = ReadonlyMap<string, readonly string[]>;

function isRecursive(name: string, targets: Targets): boolean {
  const seen = new Set<string>();
  const open = [...(targets.get(name) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === name) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...(targets.get(next) ?? []));
  }
  return false;
}

/** The classes to share, because inlining all would repeat too much. */
function repeated(root: string, targets: Targets, recursive: ReadonlySet<string>): string[] {
  const sizes = new Map<string, number>();
  const sizeOf = (name: string): number => {
    const known = sizes.get(name);
    if (known !== undefined) return known;
    sizes.set(name, 1);
    const inner = (targets.get(name) ?? []).filter((target) => !recursive.has(target));
    const size = inner.reduce((sum, target) => sum + sizeOf(target), 1);
    sizes.set(name, size);
    return size;
  };
  if (sizeOf(root) <= MAX_IN_PLACE) return [];
  const uses = [...targets.values()].flat();
  return [...new Set(uses.filter((name, index) => uses.indexOf(name) !== index))];
}
