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

/** Writes the value of a keyword; `place` is that of the schema with the keyword, with its required properties. */
type WritePart = (writer: InputWriter, part: unknown, keyword: string, place: Place) => unknown;

const writeMap: WritePart = (writer, parts, keyword, { path, required, plain }) => {
  if (!isSchema(parts)) return parts;
  return Object.fromEntries(
    Object.entries(parts).map(([name, part]) => {
      if (!isSchema(part)) return [name, part];
      const inner = { path: `${path}.${name}`, required: NONE, plain };
      if (keyword !== 'properties') return [name, writer.write(part, inner)];
      return [name, writer.writeProperty(part, inner, required.has(name))];
    }),
  );
};

const writeList: WritePart = (writer, parts, _keyword, place) =>
  Array.isArray(parts)
    ? parts.map((part: unknown) => (isSchema(part) ? writer.write(part, place) : part))
    : parts;

const writeOne: WritePart = (writer, part, _keyword, place) =>
  isSchema(part) ? writer.write(part, place) : part;

/** The part describes another value: properties that the enclosing schema requires do not matter. */
const ofAnotherValue =
  (write: WritePart): WritePart =>
  (writer, part, keyword, place) =>
    write(writer, part, keyword, { ...place, required: NONE });

const writeCondition: WritePart = (writer, part, keyword, place) =>
  writeOne(writer, part, keyword, { ...place, required: NONE, plain: false });

const ALTERNATIVES = ['anyOf', 'oneOf', 'allOf'];
const BRANCHES = ['then', 'else'];

const PARTS: ReadonlyMap<string, WritePart> = new Map([
  ...['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'].map(
    (keyword) => [keyword, writeMap] as const,
  ),
  ...ALTERNATIVES.map((keyword) => [keyword, writeList] as const),
  ['prefixItems', ofAnotherValue(writeList)] as const,
  ...BRANCHES.map((keyword) => [keyword, writeOne] as const),
  ...['not', 'if'].map((keyword) => [keyword, writeCondition] as const),
  ...['items', 'additionalProperties', 'contains', 'propertyNames'].map(
    (keyword) => [keyword, ofAnotherValue(writeOne)] as const,
  ),
]);

class InputWriter {
  readonly nulls: string[] = [];

  constructor(
    private readonly options: McpSchemaOptions,
    private readonly root: JsonSchema,
  ) {}

  write(schema: JsonSchema, place: Place): JsonSchema {
    const result: JsonSchema = { ...schema };
    // Most schemas describe plain values: required properties are only read if there are parts.
    let required: ReadonlySet<string> | undefined;
    for (const keyword of Object.keys(schema)) {
      const writePart = PARTS.get(keyword);
      if (!writePart) continue;
      required ??= new Set([...place.required, ...requiredBy(schema)]);
      result[keyword] = writePart(this, schema[keyword], keyword, { ...place, required });
    }
    if (this.options.additionalProperties === 'omit') delete result['additionalProperties'];
    const worded = withWords(place.plain ? withoutBans(result) : result);
    return withAlternatives(withItems(worded));
  }

  /** Writes the schema of a property. */
  writeProperty(schema: JsonSchema, place: Place, isRequired: boolean): JsonSchema {
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
    ...ALTERNATIVES.flatMap((keyword) => (schema[keyword] ?? []) as unknown[]),
    ...BRANCHES.map((keyword) => schema[keyword]),
    ...Object.values((schema['dependentSchemas'] ?? {}) as JsonSchema),
  ];
  const dependent = Object.values((schema['dependentRequired'] ?? {}) as Record<string, string[]>);
  return [
    ...own,
    ...dependent.flat(),
    ...parts.flatMap((part) => (isSchema(part) ? requiredBy(part) : [])),
  ];
}
