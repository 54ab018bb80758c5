import { IsInt, IsString } from 'class-validator';
import { z } from 'zod';
import { McpConfigurationError } from '../errors/configuration.error.js';
import { toLines } from './issue-lines.js';
import { toSchema } from './to-schema.js';

class Item {
  @IsString()
  sku: string;

  @IsInt()
  qty: number = 1;
}

const input = { io: 'input', where: 'Orders.create' } as const;
const output = { io: 'output', where: 'Orders.create' } as const;

describe('toSchema', () => {
  it('reads a DTO class and returns an instance of it', async () => {
    const schema = toSchema(Item, input);
    expect(schema.json).toEqual({
      type: 'object',
      properties: { sku: { type: 'string' }, qty: { type: 'integer', default: 1 } },
      required: ['sku'],
      additionalProperties: false,
    });
    const result = await schema.validate({ sku: 'a' });
    expect(result.issues).toBeUndefined();
    expect('value' in result && result.value).toBeInstanceOf(Item);
    expect('value' in result && result.value).toEqual({ sku: 'a', qty: 1 });
  });

  it('reads a list of a DTO class and names the wrong item', async () => {
    const schema = toSchema([Item], input);
    expect(schema.json).toMatchObject({ type: 'array', items: { type: 'object' } });
    const given = [{ sku: 'a' }, { sku: 1 }, { sku: 'c', qty: 1.5 }];
    const { issues = [] } = await schema.validate(given);
    expect(toLines(issues, given, schema.json)).toEqual([
      '[1].sku: must be a string (given: 1)',
      '[2].qty: must be an integer number (given: 1.5)',
    ]);
    expect(await schema.validate({})).toEqual({ issues: [{ message: 'must be an array' }] });
  });

  it('reads a Standard Schema in the given direction, without $schema', async () => {
    const source = z.object({ at: z.string().transform(Number), n: z.number().default(3) });
    expect(toSchema(source, input).json).toEqual({
      type: 'object',
      properties: { at: { type: 'string' }, n: { type: 'number', default: 3 } },
      required: ['at'],
    });
    expect(await toSchema(source, input).validate({ at: '5' })).toEqual({ value: { at: 5, n: 3 } });
    const plain = toSchema(z.object({ n: z.number() }), output);
    expect(plain.json).toMatchObject({ additionalProperties: false });
    const { issues } = await plain.validate({ n: 'x' });
    expect(issues).toEqual([{ message: expect.stringContaining('number'), path: ['n'] }]);
  });

  it('keeps raw JSON Schema as it is, a $schema of the user included', async () => {
    const raw = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: 'https://example.com/order',
      type: 'object',
      properties: { id: { type: 'string', format: 'uuid' }, n: { enum: [1, 2] } },
      required: ['id'],
      additionalProperties: false,
    };
    const schema = toSchema(raw, input);
    expect(schema.json).toBe(raw);
    const given = { id: 'x', n: 3, extra: true };
    const { issues = [] } = await schema.validate(given);
    expect(toLines(issues, given)).toEqual([
      'extra: should not exist (given: true)',
      'id: must match format "uuid" (given: "x")',
      'n: must be one of 1, 2 (given: 3)',
    ]);
    // A second schema of one $id is no collision.
    expect(toSchema({ ...raw }, input).json).toEqual(raw);
  });

  it('understands draft-07, by its $schema', async () => {
    const raw = {
      $schema: 'http://json-schema.org/draft-07/schema#',
      definitions: { name: { type: 'string' } },
      type: 'object',
      properties: { name: { $ref: '#/definitions/name' } },
    };
    const { issues } = await toSchema(raw, input).validate({ name: 1 });
    expect(issues).toEqual([{ path: ['name'], message: 'must be string' }]);
  });

  it('reads String, Number, Boolean and Date', async () => {
    expect(toSchema(Number, output).json).toEqual({ type: 'number' });
    const date = toSchema(Date, input);
    expect(date.json).toEqual({ type: 'string', format: 'date-time' });
    const result = await date.validate('2024-05-01T10:00:00Z');
    expect(result).toEqual({ value: new Date('2024-05-01T10:00:00Z') });
    expect((await date.validate('yesterday')).issues).toHaveLength(1);
    const now = new Date();
    expect(await toSchema(Date, output).validate(now)).toEqual({ value: now.toISOString() });
  });

  it('writes `type: object` at the root of a whole input', () => {
    const union = z.union([z.object({ a: z.string() }), z.object({ b: z.string() })]);
    expect(toSchema(union, { ...input, root: 'object' }).json).toMatchObject({ type: 'object' });
    expect(() => toSchema(z.string(), { ...input, root: 'object' })).toThrow(
      'Orders.create: the schema of the whole input is of type "string". Write an object with one property for each argument.',
    );
  });

  it.each([
    ['undefined', undefined, 'undefined says nothing about the shape of a value'],
    ['a text', 'string', 'string says nothing'],
    ['Object', Object, 'Object says nothing'],
    ['Map', Map, 'Map says nothing'],
    ['two schemas', [Item, Item], 'a list of 2 schemas is not a schema'],
    ['a remote $ref', { $ref: 'https://example.com/x.json' }, 'cannot be compiled'],
    ['a wrong type', { type: 'text' }, 'cannot be compiled'],
    ['a wrong pattern', { pattern: '(' }, 'cannot be compiled'],
    ['an old dialect', { $schema: 'http://json-schema.org/draft-04/schema#' }, 'dialect'],
    ['a Zod type without JSON', z.object({ at: z.date() }), 'cannot be written as JSON Schema'],
    [
      'a Standard Schema without JSON Schema',
      { '~standard': { version: 1, vendor: 'acme', validate: () => ({ value: 1 }) } },
      'the schema of acme cannot be written as JSON Schema',
    ],
  ])('stops the boot with the method and a remedy: %s', (_, source, problem) => {
    const convert = (): unknown => toSchema(source, input);
    expect(convert).toThrow(McpConfigurationError);
    expect(convert).toThrow(/^Orders\.create: /u);
    expect(convert).toThrow(problem);
  });
});
