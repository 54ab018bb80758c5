import { withItems, withoutBans, withWords } from './input-keywords.js';
import { withAlternatives } from './type-alternatives.js';
import type { JsonSchema } from './mcp.schema.js';
import { saysNull, withoutNull } from './null-remover.js';

/** How input schemas are written for clients. Validation does not depend on it. */
export interface McpSchemaOptions {
  /**
   * `'omit'` (default): an optional property has its plain type; `null` is still accepted as absent. `'keep'`: its
   * schema allows `null`, which the strict modes of some model providers require.
   */
  nulls?: 'omit' | 'keep';
  /**
   * `'omit'` leaves the keyword out, for clients that do not support it; unknown keys are still refused. Default
   * `'forbid'`.
   */
  additionalProperties?: 'forbid' | 'omit';
}

/** An input schema for clients, and the parts that model providers may not support. */
export interface WrittenSchema {
  readonly json: JsonSchema;
  /** Paths of optional properties whose schema still contains `null`. */
  readonly nulls: readonly string[];
}

/**
 * Writes the schema of a whole input in a form that model providers support: `properties` at the root, `items` in every
 * array, no `null` for optional properties, examples in the description. It accepts no additional values, except `null`
 * for absent.
 */
export function writeInputSchema(json: JsonSchema, options: McpSchemaOptions = {}): WrittenSchema {
  const writer = new InputWriter(options, json);
  const written = writer.write(json, { path: '', required: new Set(), plain: true });
  return { json: withProperties(written), nulls: writer.nulls };
}

function withProperties({ type, properties = {}, ...rest }: JsonSchema): JsonSchema {
  return { type, properties, ...rest };
}

/** The position of a schema. */
interface Place {
  readonly path: string;
  /** Properties that an enclosing schema requires. */
  readonly required: ReadonlySet<string>;
  /** Whether it is not under `not` or `if`, where an omission would change what is accepted. */
  readonly plain: boolean;
}

const MAPS = ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'];
const LISTS = ['anyOf', 'oneOf', 'allOf', 'prefixItems'];
const CONDITIONS = ['not', 'if'];
const SINGLE = [
  ...CONDITIONS,
  'then',
  'else',
  'items',
  'additionalProperties',
  'contains',
  'propertyNames',
];

class InputWriter {
  readonly nulls: string[] = [];

  constructor(
    private readonly options: McpSchemaOptions,
    private readonly root: JsonSchema,
  ) {}

  write(schema: JsonSchema, place: Place): JsonSchema {
    const { plain, path } = place;
    const required = new Set([...place.required, ...requiredBy(schema)]);
    const result: JsonSchema = { ...schema };
    for (const keyword of MAPS) {
      if (!isSchema(schema[keyword])) continue;
      result[keyword] = Object.fromEntries(
        Object.entries(schema[keyword]).map(([name, part]) => {
          if (!isSchema(part)) return [name, part];
          const inner = { path: `${path}.${name}`, required: NONE, plain };
          if (keyword !== 'properties') return [name, this.write(part, inner)];
          return [name, this.writeProperty(part, inner, required.has(name))];
        }),
      );
    }
    for (const keyword of LISTS) {
      const parts = schema[keyword];
      if (!Array.isArray(parts)) continue;
      const inner =
        keyword === 'prefixItems' ? { ...place, required: NONE } : { ...place, required };
      result[keyword] = parts.map((part: unknown) =>
        isSchema(part) ? this.write(part, inner) : part,
      );
    }
    for (const keyword of SINGLE) {
      const part = schema[keyword];
      if (!isSchema(part)) continue;
      const isSame = keyword === 'then' || keyword === 'else';
      const inner = { path, required: isSame ? required : NONE, plain };
      result[keyword] = this.write(
        part,
        CONDITIONS.includes(keyword) ? { ...inner, plain: false } : inner,
      );
    }
    if (this.options.additionalProperties === 'omit') delete result['additionalProperties'];
    const worded = withWords(plain ? withoutBans(result) : result);
    return withAlternatives(withItems(worded));
  }

  private writeProperty(schema: JsonSchema, place: Place, isRequired: boolean): JsonSchema {
    if (this.options.nulls === 'keep' || isRequired || !place.plain) {
      return this.write(schema, place);
    }
    const plain = withoutNull(schema);
    if (saysNull(plain, this.root)) this.nulls.push(place.path.slice(1));
    return this.write(plain, place);
  }
}

const NONE: ReadonlySet<string> = new Set();

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The properties that a schema, or any part of it for the same value, may require. */
function requiredBy(schema: JsonSchema): string[] {
  const own = Array.isArray(schema['required']) ? (schema['required'] as string[]) : [];
  const parts = [
    ...LISTS.slice(0, 3).flatMap((keyword) => (schema[keyword] ?? []) as unknown[]),
    ...['then', 'else'].map((keyword) => schema[keyword]),
    ...Object.values((schema['dependentSchemas'] ?? {}) as JsonSchema),
  ];
  const dependent = Object.values((schema['dependentRequired'] ?? {}) as Record<string, string[]>);
  return [
    ...own,
    ...dependent.flat(),
    ...parts.flatMap((part) => (isSchema(part) ? requiredBy(part) : [])),
  ];
}
