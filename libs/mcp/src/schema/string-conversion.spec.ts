import { convertAllFromStrings, convertFromString } from './string-conversion.js';

describe('a text read as its declared type', () => {
  it.each<[unknown, unknown, Record<string, unknown>]>([
    ['5', 5, { type: 'integer' }],
    ['-1.5e3', -1500, { type: 'number' }],
    ['', '', { type: 'number' }],
    ['0x10', '0x10', { type: 'number' }],
    ['Infinity', 'Infinity', { type: 'number' }],
    ['true', true, { type: 'boolean' }],
    ['yes', 'yes', { type: 'boolean' }],
    ['5', '5', { type: 'string' }],
    ['5', '5', { type: ['string', 'null'] }],
    ['5', 5, { type: ['integer', 'null'] }],
    ['5', 5, { anyOf: [{ type: 'integer' }, { type: 'null' }] }],
    ['1,2,3', [1, 2, 3], { type: 'array', items: { type: 'number' } }],
    ['', [], { type: 'array', items: { type: 'number' } }],
    ['[1,2]', [1, 2], { type: 'array', items: { type: 'number' } }],
    ['a,b', ['a', 'b'], { type: 'array', items: { type: 'string' } }],
    [['1', 'x'], [1, 'x'], { type: 'array', items: { type: 'number' } }],
    ['{"a":1}', { a: 1 }, { type: 'object' }],
    ['{', '{', { type: 'object' }],
    ['2', 2, { enum: [1, 2] }],
    ['b', 'b', { enum: ['a', 'b'] }],
    ['2024-05-01T00:00:00Z', '2024-05-01T00:00:00Z', { type: 'string', format: 'date-time' }],
    [7, 7, { type: 'string' }],
  ])('%p is %p for %p', (text, expected, schema) => {
    expect(convertFromString(schema, text)).toEqual(expected);
  });

  it('is converted for every property by its own schema, through references', () => {
    const schema = {
      type: 'object',
      properties: { limit: { $ref: '#/$defs/Limit' }, name: { type: 'string' } },
      $defs: { Limit: { type: 'integer' } },
    };
    const input = { limit: '5', name: '5', other: '5' };
    expect(convertAllFromStrings(schema, input)).toEqual({ limit: 5, name: '5', other: '5' });
  });
});
