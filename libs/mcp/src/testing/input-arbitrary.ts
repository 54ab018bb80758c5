import type * as FastCheck from 'fast-check';

type Schema = Readonly<Record<string, unknown>>;
type Arbitrary = FastCheck.Arbitrary<unknown>;

const deepest = 5;

/** Generates inputs from a JSON Schema: most of them valid or nearly so, some arbitrary. */
export class InputArbitrary {
  constructor(
    private readonly fc: typeof FastCheck,
    private readonly root: Schema,
  ) {}

  /** Valid inputs, inputs with one part replaced, and arbitrary JSON objects. */
  draw(): Arbitrary {
    const { fc } = this;
    const near = this.near(this.root, 0);
    const odd = fc.oneof(
      fc.constantFrom(null, '', 0, -1, 1e308, true, [], {}, '__proto__', '../..', '\u0000'),
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.double(),
      fc.jsonValue({ maxDepth: 3 }),
    );
    const mutated = fc
      .tuple(near, fc.nat(), odd)
      .map(([input, at, value]) => exchange(input, at, value));
    const extended = fc
      .tuple(near, fc.dictionary(fc.string(), odd, { maxKeys: 3 }))
      .map(([input, more]) => ({ ...(input as object), ...more }));
    return fc.oneof(
      { weight: 4, arbitrary: near },
      { weight: 4, arbitrary: mutated },
      { weight: 1, arbitrary: extended },
      { weight: 1, arbitrary: fc.dictionary(fc.string(), odd, { maxKeys: 5 }) },
    );
  }

  private near(given: Schema | undefined, depth: number): Arbitrary {
    const { fc } = this;
    const schema = this.resolve(given);
    if (depth > deepest) return fc.constant(null);
    if ('const' in schema) return fc.constant(schema.const);
    if (Array.isArray(schema.enum) && schema.enum.length > 0) {
      return fc.constantFrom(...(schema.enum as unknown[]));
    }
    for (const keyword of ['oneOf', 'anyOf'] as const) {
      const parts = schema[keyword] as Schema[] | undefined;
      if (!parts?.length) continue;
      const { [keyword]: _, ...rest } = schema;
      return fc.oneof(
        ...parts.map((part) => this.near({ ...rest, ...this.resolve(part) }, depth + 1)),
      );
    }
    const types = [schema.type ?? 'any'].flat() as string[];
    return fc.oneof(...types.map((type) => this.ofType(type, schema, depth)));
  }

  private resolve(schema: Schema = {}): Schema {
    const { $ref, allOf, ...own } = schema;
    const parts = (Array.isArray(allOf) ? allOf : []) as Schema[];
    const merged = Object.assign({}, ...parts.map((part) => this.resolve(part)), own) as Schema;
    if (typeof $ref !== 'string') return merged;
    const found = $ref
      .split('/')
      .slice(1)
      .reduce<unknown>((at, key) => (at as Schema | undefined)?.[key], this.root);
    return { ...(found as Schema | undefined), ...merged };
  }

  private ofType(type: string, schema: Schema, depth: number): Arbitrary {
    const { fc } = this;
    switch (type) {
      case 'string':
        return this.text(schema);
      case 'integer':
      case 'number':
        return this.number(schema, type === 'integer');
      case 'boolean':
        return fc.boolean();
      case 'null':
        return fc.constant(null);
      case 'array':
        return this.list(schema, depth);
      case 'object':
        return this.object(schema, depth);
      default:
        return fc.jsonValue({ maxDepth: 2 });
    }
  }

  private text({ format, pattern, minLength = 0, maxLength }: Schema): Arbitrary {
    const { fc } = this;
    const min = Number(minLength);
    const plain = fc.string({ minLength: min, maxLength: Number(maxLength ?? min + 30) });
    if (typeof pattern === 'string') {
      try {
        return fc.stringMatching(new RegExp(pattern, 'u'));
      } catch {
        // Some regular expressions cannot generate text: a plain text does not match, and is refused.
        return plain;
      }
    }
    if (format === 'email') return fc.emailAddress();
    if (format === 'uuid') return fc.uuid();
    if (format === 'uri') return fc.webUrl();
    if (format === 'date' || format === 'date-time') {
      return fc
        .date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) })
        .map((date) => date.toISOString().slice(0, format === 'date' ? 10 : undefined));
    }
    return plain;
  }

  private number(schema: Schema, isWhole: boolean): Arbitrary {
    const { fc } = this;
    const { minimum, exclusiveMinimum = minimum, maximum, exclusiveMaximum = maximum } = schema;
    const min = Number(exclusiveMinimum ?? -1e6);
    const max = Math.max(min, Number(exclusiveMaximum ?? min + 2e6));
    if (isWhole) return fc.integer({ min: Math.ceil(min), max: Math.max(Math.ceil(min), max) });
    return fc.double({ min, max, noNaN: true });
  }

  private list({ items, minItems = 0, maxItems }: Schema, depth: number): Arbitrary {
    const minLength = Number(minItems);
    const maxLength = Math.min(Number(maxItems ?? minLength + 4), minLength + 20);
    return this.fc.array(this.near(items as Schema, depth + 1), { minLength, maxLength });
  }

  private object({ properties = {}, required = [] }: Schema, depth: number): Arbitrary {
    const all = Object.entries(properties as Record<string, Schema>);
    // A class may contain itself: at depth, only required properties are generated.
    const drawn =
      depth < deepest - 1 ? all : all.filter(([name]) => (required as string[]).includes(name));
    return this.fc.record(
      Object.fromEntries(drawn.map(([name, schema]) => [name, this.near(schema, depth + 1)])),
      {
        requiredKeys: (required as string[]).filter((name) => drawn.some(([own]) => own === name)),
      },
    );
  }
}

/** The input with one of its parts replaced, at any depth. */
function exchange(input: unknown, at: number, value: unknown): unknown {
  if (typeof input !== 'object' || input === null) return value;
  const keys = Object.keys(input);
  if (keys.length === 0) return input;
  const key = keys[at % keys.length] as string;
  const inner = (input as Record<string, unknown>)[key];
  const isDeep = typeof inner === 'object' && inner !== null && at % 3 > 0;
  const part = isDeep ? exchange(inner, Math.floor(at / 3), value) : value;
  if (Array.isArray(input)) return input.map((one, i) => (String(i) === key ? part : one));
  return { ...input, [key]: part };
}
