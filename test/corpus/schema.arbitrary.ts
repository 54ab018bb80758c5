import * as fc from 'fast-check';

type Node = Readonly<Record<string, unknown>>;

const HEX = '0123456789abcdef';

/** What the formats that are claimed mean to everyone; exotic spellings are no client's. */
const FORMATS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  email: fc
    .tuple(
      fc.stringMatching(/^[a-z][a-z0-9]{0,10}$/u),
      fc.stringMatching(/^[a-z]{2,8}\.(de|com)$/u),
    )
    .map(([user, host]) => `${user}@${host}`),
  uuid: fc.uuid({ version: 4 }),
  'date-time': fc
    .date({ min: new Date('2020-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString()),
  date: fc
    .date({ min: new Date('2020-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10)),
  ipv4: fc.ipV4(),
  ipv6: fc.ipV6(),
  hostname: fc.stringMatching(/^[a-z][a-z0-9]{0,8}(\.[a-z]{2,6}){1,2}$/u),
  password: fc.constantFrom('Str0ng!Passw0rd', 'C0rrect-Horse7'),
};

/** Patterns that fast-check cannot draw from: back-references, and classes of non-ASCII characters only. */
const UNDRAWABLE: Readonly<Record<string, readonly string[]>> = {
  '^(\\w)\\1$': ['aa', '77'],
  '[^\\x00-\\x7F]': ['ä', 'a😀', '日本'],
  '^(?=(.{8})+$)[A-Z2-7]+=*$': ['MZXW6===', 'ABCDEFGH'],
  '^[0-9a-fA-F:.]+%[0-9a-zA-Z.]+$': ['fe80::1%eth0'],
  '[^\\u0000-\\uFFFF]': ['😀', 'ok 👍'],
};

/** Valid values for the rules that JSON Schema cannot say, by the words that describe them. */
const IN_WORDS: readonly (readonly [RegExp, readonly unknown[]])[] = [
  [/phone number/iu, ['+4915112345678', '+491721234567']],
  [/URL address/iu, ['https://example.com/a?b=c', 'http://example.org']],
  [/ISO4217/iu, ['EUR', 'usd']],
  [/ISO31661 Alpha2/iu, ['DE', 'fr']],
  [/ISO 639-1/iu, ['de', 'en']],
  [/BIC/u, ['DEUTDEFF', 'MARKDEF1100']],
  [/latitude,longitude/iu, ['52.5,13.4', '(1,2)']],
  [/lowercase/iu, ['de', 'en']],
  [/valid domain/iu, ['example.com', 'a.b.org']],
  [/ISO 8601/u, ['2024-05-01', '2024-05-01T10:00:00Z', '20240501', '2024-W05']],
  [/byte length/iu, ['ab', 'twenty characters ok']],
  [/^Once converted: .*string/u, ['Ada', 'Grace']],
  [/^Once converted: .*boolean/u, [true, 'yes', 'no']],
  [/^Once converted: should not be empty/u, ['12', '9007199254740993']],
  [/\/m regular expression/u, ['start', 'a\nstart']],
  [/latitude string/u, ['52.5', -33]],
  [/longitude string/u, ['13.25', 151]],
  [/BTC/u, ['1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2']],
];

/** Draws values that a JSON Schema (of the kind that is written here) accepts. */
export class SchemaArbitrary {
  constructor(private readonly root: Node) {}

  draw(node: Node = this.root, depth = 0): fc.Arbitrary<unknown> {
    const target = this.resolve(node);
    const words = typeof target['description'] === 'string' ? target['description'] : '';
    const samples = IN_WORDS.find(([pattern]) => pattern.test(words))?.[1];
    if (/unique/u.test(words) && !target['items']) return fc.constantFrom([], [1]);
    if (samples) return fc.constantFrom(...samples);
    if ('const' in target) return fc.constant(target['const']);
    if (Array.isArray(target['enum'])) return fc.constantFrom(...(target['enum'] as unknown[]));
    for (const keyword of ['oneOf', 'anyOf']) {
      if (Array.isArray(target[keyword])) return this.alternatives(target, keyword, depth);
    }
    return this.byType(target, depth);
  }

  private resolve(node: Node): Node {
    const { $ref, ...siblings } = node;
    const merged = Array.isArray(node['allOf'])
      ? (node['allOf'] as Node[]).reduce<Node>(
          (all, part) => ({ ...all, ...this.resolve(part) }),
          node,
        )
      : node;
    if (typeof $ref !== 'string') return merged;
    const name = $ref.split('/').at(-1) ?? '';
    return { ...(this.root['$defs'] as Record<string, Node>)[name], ...siblings };
  }

  private alternatives(target: Node, keyword: string, depth: number): fc.Arbitrary<unknown> {
    const { [keyword]: parts, ...rest } = target;
    return fc.oneof(
      ...(parts as Node[]).map((part) => this.draw({ ...rest, ...this.resolve(part) }, depth)),
    );
  }

  private byType(target: Node, depth: number): fc.Arbitrary<unknown> {
    const types = Array.isArray(target['type']) ? target['type'] : [target['type']];
    const drawn = types
      .filter((type) => depth < 4 || types.length === 1 || type === 'null')
      .map((type) => this.ofType(String(type), target, depth));
    return fc
      .oneof(...drawn)
      .filter((value) => isAllowed(value, target['not'] as Node | undefined));
  }

  private ofType(type: string, target: Node, depth: number): fc.Arbitrary<unknown> {
    switch (type) {
      case 'string':
        return text(target);
      case 'integer':
        return number(target, true);
      case 'number':
        return number(target, false);
      case 'boolean':
        return fc.boolean();
      case 'null':
        return fc.constant(null);
      case 'array':
        return this.array(target, depth);
      case 'object':
        return this.object(target, depth);
      default:
        return fc.oneof(fc.string({ minLength: 1 }), fc.integer(), fc.boolean());
    }
  }

  private array(target: Node, depth: number): fc.Arbitrary<unknown> {
    const minLength = (target['minItems'] as number | undefined) ?? 0;
    if (depth >= 4 && minLength === 0) return fc.constant([]);
    const maxLength = (target['maxItems'] as number | undefined) ?? Math.max(minLength, 5);
    const options = { minLength, maxLength };
    const items = this.draw((target['items'] ?? {}) as Node, depth + 1);
    const contained = ((target['allOf'] ?? []) as Node[])
      .map((part) => part['contains'] as Node | undefined)
      .filter((part) => part !== undefined);
    const array = target['uniqueItems']
      ? fc.uniqueArray(items, { ...options, selector: (item) => JSON.stringify(item) })
      : fc.array(items, options);
    return array.map((list) => [...list, ...contained.map((part) => part['const'])]);
  }

  private object(target: Node, depth: number): fc.Arbitrary<unknown> {
    const properties = Object.entries((target['properties'] ?? {}) as Record<string, Node>);
    const required = (target['required'] ?? []) as string[];
    const drawn = properties.filter(([name]) => depth < 4 || required.includes(name));
    const known = fc.record(
      Object.fromEntries(drawn.map(([name, node]) => [name, this.draw(node, depth + 1)])),
      { requiredKeys: required as never[] },
    );
    if (properties.length > 0) return known;
    const values = target['additionalProperties'];
    if (values === false) return fc.constant({});
    const value =
      typeof values === 'object' && values !== null
        ? this.draw(values as Node, depth + 1)
        : fc.integer();
    const minKeys = (target['minProperties'] as number | undefined) ?? 0;
    return fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/u), value, {
      minKeys,
      maxKeys: minKeys + 3,
    });
  }
}

function text(target: Node): fc.Arbitrary<unknown> {
  const { format, pattern, minLength = 0, maxLength } = target;
  const max = (maxLength as number | undefined) ?? Math.max(20, Number(minLength));
  const fits = (value: string): boolean => {
    const length = Array.from(value).length;
    return length >= Number(minLength) && (maxLength === undefined || length <= max);
  };
  if (typeof format === 'string' && FORMATS[format]) return FORMATS[format];
  const samples = UNDRAWABLE[String(pattern)];
  if (samples) return fc.constantFrom(...samples);
  if (typeof pattern === 'string') {
    const unit = minLength === maxLength && minLength ? hex(Number(minLength)) : undefined;
    return unit ?? fc.stringMatching(new RegExp(pattern, 'u')).filter(fits);
  }
  return fc
    .string({ minLength: Number(minLength), maxLength: max, unit: 'binary' })
    .filter((value) => fits(value) && !/[\uFE0E\uFE0F]/u.test(value));
}

const hex = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...HEX.split('')), minLength: length, maxLength: length });

function number(target: Node, integer: boolean): fc.Arbitrary<number> {
  const above = target['exclusiveMinimum'] as number | undefined;
  const below = target['exclusiveMaximum'] as number | undefined;
  const min = (target['minimum'] as number | undefined) ?? above ?? -1_000_000;
  const max = (target['maximum'] as number | undefined) ?? below ?? 1_000_000;
  const step = (target['multipleOf'] as number | undefined) ?? 1;
  const drawn: fc.Arbitrary<number> =
    integer || target['multipleOf']
      ? fc
          .integer({ min: Math.ceil(min / step), max: Math.floor(max / step) })
          .map((value) => value * step)
      : fc
          .integer({ min: Math.ceil(min * 100), max: Math.floor(max * 100) })
          .map((value) => value / 100);
  return drawn.filter(
    (value) => (above === undefined || value > above) && (below === undefined || value < below),
  );
}

function isAllowed(value: unknown, not: Node | undefined): boolean {
  if (!not) return true;
  if (Array.isArray(not['enum'])) return !not['enum'].includes(value);
  if ('const' in not) return value !== not['const'];
  if (not['type'] === 'null') return value !== null;
  if (typeof not['pattern'] === 'string') {
    return typeof value !== 'string' || !new RegExp(not['pattern'], 'u').test(value);
  }
  const { enum: values = [] } = (not['contains'] ?? {}) as { enum?: unknown[] };
  return !Array.isArray(value) || !value.some((item) => values.includes(item));
}
