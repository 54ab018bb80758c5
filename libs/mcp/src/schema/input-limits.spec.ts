import { MAX_DEPTH, measure } from './input-limits.js';
import { withoutPrototypeKeys } from './prototype-keys.js';

/** A value in as many lists and objects, in turn. */
const nested = (depth: number, value: unknown): unknown =>
  Array.from({ length: depth }).reduce<unknown>(
    (inner, _, i) => (i % 2 === 0 ? [inner] : { inner }),
    value,
  );

describe('The measure of an input', () => {
  it.each([
    ['a value at the greatest depth', nested(MAX_DEPTH, 1), false],
    ['an empty object at the greatest depth', nested(MAX_DEPTH, {}), false],
    ['a value one level deeper', nested(MAX_DEPTH + 1, 1), true],
    ['an empty list one level deeper', nested(MAX_DEPTH + 1, []), true],
    ['a value one level deeper beside others', [1, nested(MAX_DEPTH, 1), {}], true],
  ])('tells whether %s is too deep', (_, input, tooDeep) => {
    expect(measure(input).tooDeep).toBe(tooDeep);
  });

  it('finds that a cycle is too deep', () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    expect(measure(cycle).tooDeep).toBe(true);
  });

  it.each([
    ['a text', 'abc', 1, 0],
    ['nothing', undefined, 1, 0],
    ['bytes, as one value,', new Uint8Array(100), 1, 0],
    ['an object', { a: 1, b: null, c: [] }, 4, 0],
    ['lists', { a: [1, 2, 3], b: [[], [1]] }, 9, 3],
  ])('counts the values of %s, and the items of the longest list', (_, input, values, longest) => {
    expect(measure(input)).toEqual({ tooDeep: false, values, longestArray: longest });
  });
});

describe('Keys that could change a prototype', () => {
  const places: readonly [string, (json: string) => string][] = [
    ['at the root', (json) => json],
    ['in an object', (json) => `{ "a": 1, "b": { "c": ${json} } }`],
    ['in a list of a list', (json) => `[1, [2, ${json}], 3]`],
  ];
  const cases = places.flatMap(([place, around]) =>
    ['__proto__', 'constructor', 'prototype'].map((key) => [key, place, around] as const),
  );

  it.each(cases)('are removed: %s %s', (key, _, around) => {
    const given = JSON.parse(around(`{ "${key}": { "x": 1 }, "kept": 2 }`)) as unknown;
    const expected = JSON.parse(around('{ "kept": 2 }')) as unknown;
    const kept = withoutPrototypeKeys(given);
    expect(kept).toEqual(expected);
    expect(JSON.stringify(kept)).toBe(JSON.stringify(expected));
  });

  it('are not there: an input is returned as it is', () => {
    const given = { a: [{ b: 1 }], c: Object.assign(Object.create(null) as object, { d: 1 }) };
    expect(withoutPrototypeKeys(given)).toBe(given);
  });

  it('stay in an instance of a class, which is no JSON', () => {
    class Upload {
      prototype = 1;
    }
    const given = { file: new Upload() };
    expect(withoutPrototypeKeys(given)).toBe(given);
  });
});
