import * as fc from 'fast-check';

const JUNK: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, '', 0, -1, 1.5, 1e21, true, false, 'x', 'true', '12', [], {}, ' '),
  fc.string({ maxLength: 12 }),
  fc.string({ maxLength: 4, unit: 'grapheme' }),
  fc.integer({ min: -10, max: 200 }),
  fc.array(fc.oneof(fc.string({ maxLength: 3 }), fc.integer({ min: 0, max: 3 })), { maxLength: 3 }),
  fc.dictionary(fc.constantFrom('a', 'name', 'kind'), fc.integer(), { maxKeys: 2 }),
  fc.constantFrom('2024-02-30', '2024', '2024-W01', 'fe80::1%eth0', 'example.com', '0xff', '#fff'),
);

type Change = {
  readonly at: number;
  readonly how: 'replace' | 'drop' | 'add';
  readonly junk: unknown;
};

/** Inputs as they come from clients that err: good ones with a few values replaced, dropped or added. */
export function wild(valid: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const change: fc.Arbitrary<Change> = fc.record({
    at: fc.nat(50),
    how: fc.constantFrom('replace', 'replace', 'replace', 'drop', 'add'),
    junk: JUNK,
  });
  return fc
    .tuple(valid, fc.array(change, { minLength: 1, maxLength: 2 }))
    .map(([value, changes]) => changes.reduce(applied, JSON.parse(JSON.stringify(value))));
}

function applied(value: unknown, { at, how, junk }: Change): unknown {
  const places = placesOf(value);
  const place = places[at % Math.max(1, places.length)];
  if (!place) return how === 'add' ? { extra: junk } : value;
  const [owner, key] = place;
  const holder = owner as Record<string, unknown>;
  if (how === 'add' && !Array.isArray(owner)) holder[`${key}2`] = junk;
  else if (how === 'drop' && !Array.isArray(owner)) Reflect.deleteProperty(holder, key);
  else holder[key] = junk;
  return value;
}

function placesOf(value: unknown): [object, string][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value).flatMap((key) => [
    [value, key] as [object, string],
    ...placesOf((value as Record<string, unknown>)[key]),
  ]);
}
