import type { JsonSchema, SchemaIssue } from './mcp.schema.js';

/** An input with more unknown keys than this is refused before a validator creates an error for each of them. */
export const MAX_UNKNOWN_KEYS = 100;

/** The number of keys that the error names. */
const NAMED_KEYS = 10;

/** The most references and alternatives that are followed without a step into the value. */
const MAX_HOPS = 8;

/** The unknown keys of an input that has too many: the paths of the first ones, and their number. */
export interface UnknownKeys {
  readonly named: readonly (readonly PropertyKey[])[];
  readonly count: number;
}

/**
 * Counts the keys that a JSON Schema certainly refuses (`additionalProperties: false`), without reading their values:
 * through `properties`, `items`, local references and an `anyOf` of which only one part can apply. Returns a result
 * only for more than `MAX_UNKNOWN_KEYS`. Keys in `ignored` do not count. The value must not be nested deeply
 * (`measure`).
 */
export function tooManyUnknownKeys(
  schema: JsonSchema,
  value: unknown,
  ignored: ReadonlySet<string> = new Set(),
): UnknownKeys | undefined {
  const counter = new KeyCounter(schema, ignored);
  counter.visit(schema, value, [], 0);
  return counter.count > MAX_UNKNOWN_KEYS ? counter : undefined;
}

/** The same for the keys of one object with a complete list of names. */
export function tooManyBeside(known: ReadonlySet<string>, value: object): UnknownKeys | undefined {
  const unknown = Object.keys(value).filter((key) => !known.has(key));
  if (unknown.length <= MAX_UNKNOWN_KEYS) return undefined;
  return { named: unknown.slice(0, NAMED_KEYS).map((key) => [key]), count: unknown.length };
}

/** The error, as a limited number of issues. */
export function toUnknownIssues({ named, count }: UnknownKeys): SchemaIssue[] {
  return [
    ...named.map((path) => ({ path, message: 'should not exist' })),
    { message: moreUnknownKeys({ named, count }) },
  ];
}

/** The number of unknown keys that are not named, in words. */
export function moreUnknownKeys({ named, count }: UnknownKeys): string {
  return `has ${count - named.length} more properties that should not exist`;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

class KeyCounter implements UnknownKeys {
  readonly named: PropertyKey[][] = [];
  count = 0;

  constructor(
    private readonly root: JsonSchema,
    private readonly ignored: ReadonlySet<string>,
  ) {}

  visit(schema: unknown, value: unknown, path: PropertyKey[], hops: number): void {
    if (!isObject(schema) || typeof value !== 'object' || value === null) return;
    // References inside a schema with its own id are relative to it.
    if (hops > MAX_HOPS || ('$id' in schema && schema !== this.root)) return;
    if ('$ref' in schema) return this.visit(this.resolve(schema['$ref']), value, path, hops + 1);
    this.visit(onlyFor(value, schema['anyOf']), value, path, hops + 1);
    if (Array.isArray(value)) this.visitItems(schema, value, path);
    else this.visitKeys(schema, value as Record<string, unknown>, path);
  }

  private visitItems(schema: JsonSchema, items: readonly unknown[], path: PropertyKey[]): void {
    if (!isObject(schema['items']) || 'prefixItems' in schema) return;
    for (const [index, item] of items.entries()) {
      if (typeof item === 'object') this.visit(schema['items'], item, [...path, index], 0);
    }
  }

  private visitKeys(schema: JsonSchema, value: Record<string, unknown>, path: PropertyKey[]): void {
    const properties = isObject(schema['properties']) ? schema['properties'] : {};
    const strict = schema['additionalProperties'] === false && !('patternProperties' in schema);
    for (const key of Object.keys(value)) {
      if (Object.hasOwn(properties, key)) {
        this.visit(properties[key], value[key], [...path, key], 0);
      } else if (strict && !this.ignored.has(key)) {
        this.count++;
        if (this.named.length < NAMED_KEYS) this.named.push([...path, key]);
      }
    }
  }

  private resolve(reference: unknown): unknown {
    if (typeof reference !== 'string' || !/^#(?:$|\/)/u.test(reference)) return undefined;
    let node: unknown = this.root;
    for (const part of reference.split('/').slice(1)) {
      const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
      node = isObject(node) && Object.hasOwn(node, key) ? node[key] : undefined;
    }
    return node;
  }
}

/** The only alternative whose `type` fits a value; `undefined` if several do. */
function onlyFor(value: object, alternatives: unknown): unknown {
  if (!Array.isArray(alternatives)) return undefined;
  const type = Array.isArray(value) ? 'array' : 'object';
  const possible = alternatives.filter((part: unknown) => {
    if (!isObject(part)) return part !== false;
    const { type: said } = part;
    return said === undefined || [said].flat().includes(type);
  });
  return possible.length === 1 ? possible[0] : undefined;
}
