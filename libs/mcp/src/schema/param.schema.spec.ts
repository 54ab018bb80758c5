import { IsOptional, IsString, ValidateNested } from 'class-validator';
import { Type } from 'class-transformer';
import { McpConfigurationError } from '../errors/configuration.error.js';
import { compileJsonSchema } from './json-schema-validator.js';
import { toLines } from './issue-lines.js';
import { objectSchema, type NamedSchema } from './object.schema.js';
import { toSchema } from './to-schema.js';
import { isRequiredParam, toParamSchema, type ParamSchemaOptions } from './param.schema.js';

enum Unit {
  Celsius = 'C',
  Fahrenheit = 'F',
}

enum Level {
  Low,
  High,
}

class Address {
  @IsString()
  zip: string;
}

class Node {
  @IsString()
  label: string;

  @IsOptional()
  @ValidateNested()
  @Type(() => Node)
  next?: Node;
}

const options = { io: 'input', where: 'Weather.get' } as const;
const jsonOf = (param: ParamSchemaOptions, design?: unknown): unknown =>
  toParamSchema(param, design, options).json;

const named = (name: string, param: ParamSchemaOptions, design?: unknown): NamedSchema => ({
  name,
  schema: toParamSchema(param, design, options),
  required: isRequiredParam(param),
  default: param.default,
});

describe('the schema of a named input', () => {
  it.each<[string, ParamSchemaOptions, unknown, unknown]>([
    ['String', {}, String, { type: 'string' }],
    ['Number', {}, Number, { type: 'number' }],
    ['Boolean', {}, Boolean, { type: 'boolean' }],
    ['Date', {}, Date, { type: 'string', format: 'date-time' }],
    ['[String]', { type: [String] }, Array, { type: 'array', items: { type: 'string' } }],
    [
      '[[Number]]',
      { type: [[Number]] },
      Array,
      { type: 'array', items: { type: 'array', items: { type: 'number' } } },
    ],
    ['an enum of texts', { type: Unit }, String, { type: 'string', enum: ['C', 'F'] }],
    ['an enum of numbers', { type: Level }, Number, { type: 'number', enum: [0, 1] }],
    [
      'a list of an enum',
      { type: [Unit] },
      Array,
      { type: 'array', items: { type: 'string', enum: ['C', 'F'] } },
    ],
    [
      'a schema',
      { schema: { type: 'integer', minimum: 1 } },
      Object,
      { type: 'integer', minimum: 1 },
    ],
    [
      'texts',
      { description: 'City', default: 'Bonn' },
      String,
      { type: 'string', description: 'City', default: 'Bonn' },
    ],
  ])('%s', (_, param, design, expected) => {
    expect(jsonOf(param, design)).toEqual(expected);
  });

  it('is that of a class, including recursion', () => {
    expect(jsonOf({}, Address)).toMatchObject({ type: 'object', required: ['zip'] });
    expect(jsonOf({ type: [Address] })).toMatchObject({ items: { required: ['zip'] } });
    expect(jsonOf({}, Node)).toHaveProperty('$defs.Node.properties.label');
  });

  it.each<[string, ParamSchemaOptions, unknown, string]>([
    ['an array', {}, Array, 'only "array" is known'],
    ['a union', {}, Object, 'cannot be seen at run time'],
    ['no metadata', {}, undefined, 'no metadata was emitted'],
    ['a promise', {}, Promise, 'its type Promise has no form in JSON'],
    ['a schema as type', { type: { type: 'string' } }, String, 'Write schema: {…}'],
    ['nonsense', { type: 'string' }, String, 'the given `type` is not a type'],
    ['a list of nothing', { type: [] }, Array, 'the given `type` is not a type'],
  ])('stops the boot with a remedy: %s', (_, param, design, problem) => {
    expect(() => toParamSchema(param, design, options)).toThrow(McpConfigurationError);
    expect(() => toParamSchema(param, design, options)).toThrow(problem);
  });
});

describe('an input of named inputs', () => {
  it('accepts no keys without named inputs', async () => {
    const empty = objectSchema([]);
    expect(empty.json).toEqual({ type: 'object', additionalProperties: false });
    expect(await empty.validate({})).toEqual({ value: {} });
    expect(await empty.validate({ a: 1 })).toEqual({
      issues: [{ path: ['a'], message: 'should not exist' }],
    });
    expect((await empty.validate([])).issues).toHaveLength(1);
  });

  it('converts dates and classes, applies defaults, and leaves other values unchanged', async () => {
    const schema = objectSchema([
      named('city', {}, String),
      named('at', {}, Date),
      named('address', {}, Address),
      named('days', { default: 3 }, Number),
      named('unit', { type: Unit, required: false }),
    ]);
    expect(schema.json).toMatchObject({
      required: ['city', 'at', 'address'],
      additionalProperties: false,
    });
    const input = { city: 'Bonn', at: '2024-05-01T00:00:00Z', address: { zip: '53111' } };
    const result = await schema.validate(input);
    expect(result).toEqual({
      value: { city: 'Bonn', at: new Date(input.at), address: { zip: '53111' }, days: 3 },
    });
    expect('value' in result && result.value).toHaveProperty('address.constructor', Address);
  });

  it('gives every call its own copy of a default', async () => {
    const schema = objectSchema([named('tags', { type: [String], default: ['a'] })]);
    const first = await schema.validate({});
    const second = await schema.validate({});
    expect(first).toEqual(second);
    expect('value' in first && 'value' in second && first.value !== second.value).toBe(true);
    expect((first as { value: { tags: string[] } }).value.tags).not.toBe(
      (second as { value: { tags: string[] } }).value.tags,
    );
  });

  it('reports all errors at once, with complete paths', async () => {
    const schema = objectSchema([
      named('city', {}, String),
      named('days', {}, Number),
      named('address', {}, Address),
      named('tags', { type: [String] }),
    ]);
    const input = { days: '3', address: { zip: 5 }, tags: ['a', 1], extra: 1 };
    const { issues = [] } = await schema.validate(input);
    expect(toLines(issues, input, schema.json)).toEqual([
      'city: is required (given: nothing)',
      'days: must be number (given: "3")',
      'address.zip: must be a string (given: 5)',
      'tags[1]: must be string (given: 1)',
      'extra: should not exist (given: 1)',
    ]);
  });

  it('moves $defs to its root, and separates two with the same name', async () => {
    const other = {
      $defs: { Node: { type: 'string' } },
      type: 'array',
      items: { $ref: '#/$defs/Node' },
    };
    const schema = objectSchema([
      named('list', {}, Node),
      named('again', {}, Node),
      named('other', { schema: other }),
      named('self', { schema: { type: 'object', properties: { next: { $ref: '#' } } } }),
    ]);
    expect(Object.keys(schema.json['$defs'] as object)).toEqual(['Node', 'Node2']);
    const fits = compileJsonSchema(schema.json, 'Weather.get');
    const input = {
      list: { label: 'a', next: { label: 'b' } },
      again: { label: 'a' },
      other: ['x'],
      self: { next: { next: {} } },
    };
    expect(fits(input).issues).toBeUndefined();
    expect(fits({ ...input, other: [1] }).issues).toHaveLength(1);
    expect(fits({ ...input, list: { label: 'a', next: {} } }).issues).not.toBeUndefined();
    expect(fits({ ...input, self: { next: 5 } }).issues).toHaveLength(1);
  });

  it('treats names that objects inherit like any other', async () => {
    const schema = objectSchema([named('toString', {}, String), named('__proto__', {}, String)]);
    expect((await schema.validate({})).issues).toHaveLength(2);
    const result = await schema.validate(JSON.parse('{"toString":"a","__proto__":"b"}'));
    expect(Object.entries((result as { value: object }).value)).toEqual([
      ['toString', 'a'],
      ['__proto__', 'b'],
    ]);
  });
});

describe('a class as a named input', () => {
  it.each(['x', 5, null, [], [{}]])(
    'refuses %j, which is no object, at its own path',
    async (given) => {
      class Home {
        @IsString() street: string;
        @IsString() city: string;
      }
      class Person {
        @ValidateNested() @Type(() => Home) address: Home;
        @IsOptional() @ValidateNested({ each: true }) @Type(() => Home) others?: Home[];
      }
      const whole = objectSchema([
        { name: 'address', schema: toSchema(Home, { io: 'input', where: 'x' }), required: true },
      ]);
      const issue = { path: ['address'], message: 'must be an object' };
      expect(await whole.validate({ address: given })).toEqual({ issues: [issue] });
      if (Array.isArray(given)) return;
      const person = toSchema(Person, { io: 'input', where: 'x' });
      expect(await person.validate({ address: given })).toEqual({ issues: [issue] });
      expect(
        await person.validate({ address: { street: 'a', city: 'b' }, others: [given] }),
      ).toEqual({
        issues: [{ path: ['others', 0], message: 'must be an object' }],
      });
    },
  );
});
