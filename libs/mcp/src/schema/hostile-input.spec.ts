import { jest } from '@jest/globals';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsEmail,
  IsInt,
  IsISO8601,
  IsOptional,
  IsString,
  IsUrl,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import type { JsonSchema } from './mcp.schema.js';
import { toLines } from './issue-lines.js';
import { toSchema } from './to-schema.js';

class Item {
  @IsString()
  sku: string;

  @IsInt()
  qty: number;
}

class Order {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => Item)
  items: Item[];
}

class Tree {
  @IsOptional()
  @ValidateNested()
  @Type(() => Tree)
  child?: Tree;
}

class Tags {
  @ArrayUnique()
  @IsString({ each: true })
  tags: string[];
}

class Few {
  @ArrayMaxSize(3)
  @IsString({ each: true })
  tags: string[];
}

class Texts {
  @IsString()
  @MaxLength(10)
  short: string;

  @IsEmail()
  email: string;

  @IsUrl()
  url: string;

  @IsISO8601()
  date: string;
}

const where = 'Orders.create';

/** Most CPU time in microseconds that one hostile input may take on a slow machine: the clock also counts its neighbours. */
const BOUND = 20_000_000;

async function linesOf(source: unknown, input: unknown): Promise<string[]> {
  const schema = toSchema(source, { io: 'input', where });
  const result = await schema.validate(input);
  return result.issues ? toLines(result.issues, input, schema.json) : [];
}

async function inTime<T>(run: () => Promise<T>): Promise<T> {
  const before = process.cpuUsage();
  const result = await run();
  expect(process.cpuUsage(before).user).toBeLessThan(BOUND);
  return result;
}

const nested = (depth: number): unknown =>
  JSON.parse('{"child":'.repeat(depth) + '{}' + '}'.repeat(depth));

jest.setTimeout(60_000);

describe('Hostile input', () => {
  it('is served in bounded time: 100,000 nested objects', async () => {
    const items = Array.from({ length: 100_000 }, () => ({ sku: 'a', qty: 1 }));
    expect(await inTime(() => linesOf(Order, { items }))).toEqual([]);
  });

  it('is refused with an answer of bounded length: 100,000 wrong objects', async () => {
    const items = Array.from({ length: 100_000 }, () => ({ sku: 1 }));
    const lines = await inTime(() => linesOf(Order, { items }));
    expect(lines).toEqual(['items[0].qty: is required (given: nothing)']);
  });

  it('is refused with all errors up to a usual size', async () => {
    const items = Array.from({ length: 1_000 }, (_, index) =>
      index < 100 ? { sku: 1, extra: 'x' } : { sku: 1 },
    );
    const lines = await inTime(() => linesOf(Order, { items }));
    expect(lines).toHaveLength(51);
    expect(lines.at(-1)).toBe('… and more');
  });

  it('is refused before items are compared pairwise', async () => {
    const tags = Array.from({ length: 100_000 }, (_, index) => String(index));
    expect(await inTime(() => linesOf(Tags, { tags }))).toEqual([
      expect.stringMatching(/^input: has a list of more than 5000 items \(given: .{1,80}\)$/u),
    ]);
  });

  it('is refused by the size of a list', async () => {
    const tags = Array.from({ length: 100_000 }, () => 'x');
    const [line] = await inTime(() => linesOf(Few, { tags }));
    expect(line).toMatch(/^tags: must NOT have more than 3 items \(given: \["x",/u);
  });

  it('is refused when it is nested too deeply, by a class and by raw JSON Schema', async () => {
    const raw: JsonSchema = {
      type: 'object',
      properties: { child: { $ref: '#' } },
      additionalProperties: false,
    };
    for (const source of [Tree, raw]) {
      for (const depth of [150, 5_000]) {
        const lines = await inTime(() => linesOf(source, nested(depth)));
        expect(lines).toEqual([expect.stringMatching(/^input: is nested too deeply/u)]);
      }
      expect(await linesOf(source, nested(50))).toEqual([]);
    }
  });

  it('is refused in bounded time: texts of a megabyte', async () => {
    const long = 'a'.repeat(1_000_000);
    const input = { short: long, email: `${long}@x.de`, url: `http://${long}`, date: long };
    const lines = await inTime(() => linesOf(Texts, input));
    expect(lines).toHaveLength(4);
    for (const line of lines) expect(line.length).toBeLessThan(200);
  });

  it.each(['{"__proto__":{"polluted":true}}', '{"constructor":{"prototype":{"polluted":true}}}'])(
    'changes no prototype: %s',
    async (text) => {
      const sources = [Tree, { type: 'object', properties: {}, additionalProperties: true }];
      for (const source of sources) await linesOf(source, JSON.parse(text));
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
      expect(Object.keys(Object.prototype)).toEqual([]);
    },
  );

  it('cannot use an inherited name as a property', async () => {
    const raw = { type: 'object', required: ['constructor', 'toString'] };
    expect(await linesOf(raw, {})).toEqual([
      'constructor: is required (given: nothing)',
      'toString: is required (given: nothing)',
    ]);
  });
});
