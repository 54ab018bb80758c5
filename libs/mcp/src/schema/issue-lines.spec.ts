import { toLines } from './issue-lines.js';

const line = (path: PropertyKey[], input: unknown, schema?: Record<string, unknown>): string =>
  toLines([{ path, message: 'is wrong' }], input, schema)[0] ?? '';

describe('the text of a refused input', () => {
  it('has one line for each property, with its path, its rules and the received value', () => {
    const issues = [
      { path: ['items', 2, 'qty'], message: 'must not be greater than 100' },
      { path: ['items', '2', 'qty'], message: 'must be an integer number' },
      { path: ['items', 2, 'qty'], message: 'must be an integer number' },
      { path: ['name'], message: 'is required' },
      { message: 'is not an object' },
    ];
    expect(toLines(issues, { items: [1, 2, { qty: 1000.5 }] })).toEqual([
      'items[2].qty: must not be greater than 100; must be an integer number (given: 1000.5)',
      'name: is required (given: nothing)',
      'input: is not an object (given: {"items":[1,2,{"qty":1000.5}]})',
    ]);
  });

  it('writes unusual names unambiguously', () => {
    expect(line(['a b', 'c-d', '0', 'ä'], {})).toBe(
      '["a b"].c-d["0"].ä: is wrong (given: nothing)',
    );
    expect(line(['x'.repeat(500)], {}).length).toBeLessThan(120);
  });

  it('shortens received values', () => {
    const long = 'y'.repeat(100_000);
    expect(line(['a'], { a: long })).toBe(`a: is wrong (given: "${'y'.repeat(78)}…)`);
    const list = Array.from({ length: 100_000 }, (_, index) => index);
    expect(line(['a'], { a: list }).length).toBeLessThan(110);
    expect(line(['a'], { a: { [long]: { b: long } } }).length).toBeLessThan(110);
  });

  it('reads no inherited property of the input', () => {
    expect(line(['constructor'], {})).toBe('constructor: is wrong (given: nothing)');
    expect(line(['__proto__', 'x'], {})).toBe('__proto__.x: is wrong (given: nothing)');
  });

  it('does not repeat secrets at any depth', () => {
    const schema = {
      properties: {
        password: { type: 'string', writeOnly: true },
        login: { anyOf: [{ $ref: '#/$defs/Login' }, { type: 'null' }] },
        tokens: { type: 'array', items: { format: 'password' } },
      },
      $defs: { Login: { properties: { pin: { format: 'password' }, user: {} } } },
    };
    const input = { password: 's3cret', login: { user: 'ada', pin: 's3cret' }, tokens: ['s3cret'] };
    expect(line(['password'], input, schema)).toBe('password: is wrong (given: (hidden))');
    expect(line(['password'], {}, schema)).toBe('password: is wrong (given: nothing)');
    expect(line(['login', 'pin'], input, schema)).toContain('(given: (hidden))');
    expect(line(['tokens', 0], input, schema)).toContain('(given: (hidden))');
    expect(line(['login'], input, schema)).toContain('(given: {"user":"ada","pin":(hidden)})');
    for (const path of [[], ['password'], ['login'], ['login', 'pin'], ['tokens'], ['tokens', 0]]) {
      expect(line(path, input, schema)).not.toContain('s3cret');
    }
  });

  it('stops after fifty lines', () => {
    const issues = Array.from({ length: 60 }, (_, index) => ({
      path: [index],
      message: 'is wrong',
    }));
    const lines = toLines(issues, []);
    expect(lines).toHaveLength(51);
    expect(lines.at(-1)).toBe('… and more');
  });
});
