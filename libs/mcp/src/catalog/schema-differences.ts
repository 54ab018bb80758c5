type Schema = Readonly<Record<string, unknown>>;

/** One way in which a schema accepts less or more than before. */
export interface SchemaDifference {
  /** Path of the property, such as `address.zip` or `tags[]`; empty for the root. */
  readonly path: string;
  /** `narrowed`: something that was accepted no longer is. `widened`: something new is accepted. `changed`: both may be true. */
  readonly effect: 'narrowed' | 'widened' | 'changed';
  /** The change, as the end of a sentence: `is required now`. */
  readonly what: string;
}

/** Bounds for which a higher value accepts less, and bounds for which a lower value does. */
const lowerBounds = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'];
const upperBounds = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'];
/** Keywords without an order of values: adding one narrows the schema, removing one widens it. */
const rules = ['pattern', 'format', 'multipleOf', 'uniqueItems', 'not', 'allOf', 'oneOf'];

/**
 * The differences between two JSON Schemas that change which values they accept; titles, descriptions and defaults are
 * ignored.
 */
export function compareSchemas(before: unknown, after: unknown): SchemaDifference[] {
  return new SchemaComparison(toSchema(before), toSchema(after)).run();
}

class SchemaComparison {
  private readonly differences: SchemaDifference[] = [];
  /** The pairs that are being compared, so that recursive classes end. */
  private readonly seen = new Set<string>();

  constructor(
    private readonly rootBefore: Schema,
    private readonly rootAfter: Schema,
  ) {}

  run(): SchemaDifference[] {
    this.compare(this.rootBefore, this.rootAfter, '');
    return this.differences;
  }

  private compare(one: unknown, other: unknown, path: string): void {
    const pair = `${refOf(one)} ${refOf(other)}`;
    if (refOf(one) !== undefined || refOf(other) !== undefined) {
      if (this.seen.has(pair)) return;
      this.seen.add(pair);
    }
    const before = resolve(one, this.rootBefore);
    const after = resolve(other, this.rootAfter);
    this.types(before, after, path);
    this.values(before, after, path);
    this.bounds(before, after, path);
    this.properties(before, after, path);
    this.branches(before, after, path);
    if (before.items !== undefined && after.items !== undefined) {
      this.compare(before.items, after.items, `${path}[]`);
    }
  }

  private types(before: Schema, after: Schema, path: string): void {
    const from = typesOf(before);
    const to = typesOf(after);
    if (!from && !to) return;
    if (!from) return this.add(path, 'narrowed', `must be ${(to ?? []).join(' or ')} now`);
    if (!to) return this.add(path, 'widened', 'may be of any type now');
    const lost = from.filter((type) => !accepts(to, type));
    const won = to.filter((type) => !accepts(from, type));
    if (lost.length > 0) this.add(path, 'narrowed', `may no longer be ${lost.join(' or ')}`);
    if (won.length > 0) this.add(path, 'widened', `may be ${won.join(' or ')} now`);
  }

  private values(before: Schema, after: Schema, path: string): void {
    const from = valuesOf(before);
    const to = valuesOf(after);
    if (!from && !to) return;
    if (!from) return this.add(path, 'narrowed', `must be one of ${(to ?? []).join(', ')} now`);
    if (!to) return this.add(path, 'widened', 'is no longer limited to a list of values');
    const lost = from.filter((value) => !to.includes(value));
    const won = to.filter((value) => !from.includes(value));
    if (lost.length > 0) this.add(path, 'narrowed', `may no longer be ${lost.join(', ')}`);
    if (won.length > 0) this.add(path, 'widened', `may be ${won.join(', ')} now`);
  }

  private bounds(before: Schema, after: Schema, path: string): void {
    for (const key of [...lowerBounds, ...upperBounds]) {
      const sign = upperBounds.includes(key) ? -1 : 1;
      const from = before[key] === undefined ? -Infinity : Number(before[key]) * sign;
      const to = after[key] === undefined ? -Infinity : Number(after[key]) * sign;
      if (from === to) continue;
      this.add(
        path,
        to > from ? 'narrowed' : 'widened',
        to === -Infinity ? `has no ${key} any more` : `${key} is ${to * sign} now`,
      );
    }
    for (const key of rules) {
      const from = JSON.stringify(before[key]);
      const to = JSON.stringify(after[key]);
      if (from === to) continue;
      const effect = from === undefined ? 'narrowed' : to === undefined ? 'widened' : 'changed';
      this.add(path, effect, to === undefined ? `has no ${key} any more` : `${key} is ${to} now`);
    }
  }

  private properties(before: Schema, after: Schema, path: string): void {
    const from = toSchema(before.properties);
    const to = toSchema(after.properties);
    const wasRequired = namesOf(before.required);
    const isRequired = namesOf(after.required);
    for (const name of new Set([...Object.keys(from), ...Object.keys(to)])) {
      const inner = path === '' ? name : `${path}.${name}`;
      const required = isRequired.includes(name);
      if (!Object.hasOwn(to, name)) this.add(inner, 'changed', 'is gone');
      else if (!Object.hasOwn(from, name)) {
        this.add(
          inner,
          required ? 'narrowed' : 'widened',
          `is new${required ? ' and required' : ''}`,
        );
      } else {
        if (required && !wasRequired.includes(name)) this.add(inner, 'narrowed', 'is required now');
        if (!required && wasRequired.includes(name)) {
          this.add(inner, 'widened', 'is no longer required');
        }
        this.compare(from[name], to[name], inner);
      }
    }
    const wasClosed = before.additionalProperties === false;
    const isClosed = after.additionalProperties === false;
    if (wasClosed !== isClosed) {
      const what = isClosed ? 'takes no further keys now' : 'takes further keys now';
      this.add(path, isClosed ? 'narrowed' : 'widened', what);
    }
  }

  private branches(before: Schema, after: Schema, path: string): void {
    const from = textsOf(before.anyOf);
    const to = textsOf(after.anyOf);
    if (from.length === 0 && to.length === 0) return;
    const lost = from.filter((branch) => !to.includes(branch)).length;
    const won = to.filter((branch) => !from.includes(branch)).length;
    if (lost > 0 && won > 0) this.add(path, 'changed', 'has other alternatives now');
    else if (lost > 0)
      this.add(path, to.length === 0 ? 'widened' : 'narrowed', 'has fewer alternatives now');
    else if (won > 0)
      this.add(path, from.length === 0 ? 'narrowed' : 'widened', 'has more alternatives now');
  }

  private add(path: string, effect: SchemaDifference['effect'], what: string): void {
    this.differences.push({ path, effect, what });
  }
}

function toSchema(value: unknown): Schema {
  return typeof value === 'object' && value !== null ? (value as Schema) : {};
}

function refOf(schema: unknown): string | undefined {
  const { $ref } = toSchema(schema);
  return typeof $ref === 'string' ? $ref : undefined;
}

/** Resolves local references; an unresolvable one accepts everything. */
function resolve(schema: unknown, root: Schema): Schema {
  let current = toSchema(schema);
  for (let hops = 0; hops < 16; hops += 1) {
    const ref = refOf(current);
    if (ref === undefined) return current;
    const { $ref: _, ...beside } = current;
    const target = ref
      .split('/')
      .slice(1)
      .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'))
      .reduce<unknown>((at, key) => toSchema(at)[key], root);
    current = { ...toSchema(target), ...beside };
  }
  return {};
}

function typesOf({ type }: Schema): string[] | undefined {
  if (type === undefined) return undefined;
  return (Array.isArray(type) ? type : [type]).map(String);
}

function accepts(types: readonly string[], type: string): boolean {
  return types.includes(type) || (type === 'integer' && types.includes('number'));
}

function valuesOf(schema: Schema): string[] | undefined {
  const values = 'const' in schema ? [schema.const] : schema.enum;
  return Array.isArray(values) ? values.map((value) => JSON.stringify(value)) : undefined;
}

function namesOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map((branch) => JSON.stringify(branch)) : [];
}
