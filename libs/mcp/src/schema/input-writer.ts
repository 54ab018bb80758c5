import { withItems, withoutBans, withWords } from './input-keywords.js';
import { withAlternatives } from './type-alternatives.js';
import type { JsonSchema } from './mcp.schema.js';
import { saysNull, withoutNull } from './null-remover.js';

/** How input schemas are written for clients. Validation is the same whatever is written. */
export interface McpSchemaOptions {
  /**
   * `'omit'` (default): a property that may be left out has its plain type; `null` is taken for absent all the same.
   * `'keep'`: its schema says that `null` is accepted, which strict modes of some model providers ask for.
   */
  nulls?: 'omit' | 'keep';
  /** `'omit'` leaves the keyword out, for clients that cannot read it; unknown keys are refused all the same. Default `'forbid'`. */
  additionalProperties?: 'forbid' | 'omit';
}

/** An input schema as clients read it, and what could not be written as model providers want it. */
export interface WrittenSchema {
  readonly json: JsonSchema;
  /** Paths of properties that may be left out and still say `null`. */
  readonly nulls: readonly string[];
}

/**
 * Writes the schema of a whole input so that model providers take it: `properties` at the root, `items` in every array, no
 * `null` in what may be left out, examples in words. No value is described that was not, except `null` for absent.
 */
export function writeInputSchema(json: JsonSchema, options: McpSchemaOptions = {}): WrittenSchema {
  const writer = new InputWriter(options, json);
  const written = writer.write(json, { path: '', required: new Set(), plain: true });
  return { json: withProperties(written), nulls: writer.nulls };
}

function withProperties({ type, properties = {}, ...rest }: JsonSchema): JsonSchema {
  return { type, properties, ...rest };
}

/** Where a schema stands. */
interface Place {
  readonly path: string;
  /** Properties that a schema around it requires. */
  readonly required: ReadonlySet<string>;
  /** Not under `not` or `if`, where what is left out would be taken for accepted. */
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

/** The properties that a schema, or any part of it that speaks of the same value, may require. */
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
