import * as fc from 'fast-check';
import { escapePattern, toPattern } from './pattern-rewriter.js';

const REWRITTEN: readonly (readonly [RegExp, string])[] = [
  [/^[a-z]+$/, '^[a-z]+$'],
  [new RegExp('^\\d{3}\\-\\d{4}$'), '^\\d{3}-\\d{4}$'],
  [/^[\w-.]+$/, '^[\\w\\-.]+$'],
  [/^[\w.-]+$/, '^[\\w.\\-]+$'],
  [/^[a-c-e]$/, '^[a-c\\-e]$'],
  [/^[a-f0-9]{2}$/i, '^[a-fA-F0-9]{2}$'],
  [/^ab$/i, '^[aA][bB]$'],
  [/^[^a-z]$/i, '^[^a-zA-Z]$'],
  [/^[W-b]$/i, '^[W-bA-Bw-z]$'],
  [new RegExp('^\\@x\\_y\\!$'), '^@x_y!$'],
  [/^{a}$/, '^\\{a\\}$'],
  [/^a{2,}b{,3}]$/, '^a{2,}b\\{,3\\}\\]$'],
  [/a.b/s, 'a[\\s\\S]b'],
  [/^(?:a|b)(?<name>c)\k<name>$/, '^(?:a|b)(?<name>c)\\k<name>$'],
  [/^(\w)\1$/, '^(\\w)\\1$'],
  [/\p{L}/u, '\\p{L}'],
  [/^[[^]$/, '^[\\[\\^]$'],
  [/\x41\u0042\t\0/, '\\x41\\u0042\\t\\0'],
  [/^(?=.*\d)(?!x)(?<=^)(?<!y)a\/b$/g, '^(?=.*\\d)(?!x)(?<=^)(?<!y)a\\/b$'],
];

const LEFT_OUT: readonly RegExp[] = [
  /^a$/m,
  /é/i,
  /^\u0041$/i,
  /(a)\1/i,
  /\cA/,
  /(?=a)*b/,
  /\p{Lu}/iu,
];

describe('A JavaScript pattern in JSON Schema', () => {
  it.each(REWRITTEN)('%p is written as %p', (expression, expected) => {
    expect(toPattern(expression)).toBe(expected);
  });

  it.each(REWRITTEN)('%p matches the same texts afterwards', (expression, pattern) => {
    const rewritten = new RegExp(pattern, 'u');
    const letters = fc.constantFrom(...'aAbBcCzZwWxXyY09-_.@!{}[]^\\/, \n\t'.split(''));
    const text = fc.string({ unit: letters, maxLength: 8 });
    fc.assert(
      fc.property(text, (value) => {
        expect([value, rewritten.test(value)]).toEqual([value, value.match(expression) !== null]);
      }),
      { numRuns: 500 },
    );
  });

  it.each(LEFT_OUT.map((expression) => [expression]))('%p is left out', (expression) => {
    expect(toPattern(expression)).toBeUndefined();
  });

  it('matches a text literally when it is escaped', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, around) => {
        expect(new RegExp(escapePattern(text), 'u').test(around + text + around)).toBe(true);
      }),
    );
    expect(new RegExp(escapePattern('a.b'), 'u').test('axb')).toBe(false);
  });
});
