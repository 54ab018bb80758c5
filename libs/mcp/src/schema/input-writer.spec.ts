import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMinSize,
  IsArray,
  IsDateString,
  IsEnum,
  IsInt,
  IsNotEmpty,
  IsNotIn,
  IsOptional,
  IsString,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { z } from 'zod';
import { writeInputSchema, type McpSchemaOptions } from './input-writer.js';
import type { JsonSchema } from './mcp.schema.js';
import { toSchema } from './to-schema.js';

enum Size {
  S = 's',
  L = 'l',
}

class Part {
  @IsOptional() @IsString() note?: string;
  @IsInt() qty: number;
}

const write = (source: unknown, options?: McpSchemaOptions): JsonSchema =>
  writeInputSchema(toSchema(source, { io: 'input', where: 'x', root: 'object' }).json, options)
    .json;

const properties = (source: unknown, options?: McpSchemaOptions): Record<string, JsonSchema> =>
  write(source, options)['properties'] as Record<string, JsonSchema>;

describe('An input schema for clients', () => {
  it('has an object with properties at its root, whatever it accepts', () => {
    expect(write(z.object({}))).toMatchObject({ type: 'object', properties: {} });
    expect(write({ type: 'object' })).toEqual({ type: 'object', properties: {} });
    expect(write({ anyOf: [{ required: ['a'] }, { required: ['b'] }] })).toMatchObject({
      type: 'object',
      properties: {},
    });
  });

  it('has items in every array', () => {
    class Dto {
      @IsArray() plain: unknown[];
      @IsOptional() @IsArray() @ArrayMinSize(1) maybe?: unknown[];
      @IsOptional() @ValidateNested({ each: true }) @Type(() => Part) parts?: Part[];
    }
    expect(properties(Dto)).toMatchObject({
      plain: { type: 'array', items: {} },
      maybe: { type: 'array', items: {}, minItems: 1 },
      parts: { type: 'array', items: { properties: { note: { type: 'string' } } } },
    });
    const raw = { a: { type: ['array', 'string'] }, b: { anyOf: [{ type: 'array' }] } };
    expect(properties({ type: 'object', properties: raw })).toEqual({
      a: { anyOf: [{ type: 'array', items: {} }, { type: 'string' }] },
      b: { anyOf: [{ type: 'array', items: {} }] },
    });
  });

  it('contains null only as a value with its own meaning', async () => {
    class Dto {
      @IsOptional() @IsString() text?: string;
      @IsOptional() @IsEnum(Size) size?: Size;
      @IsOptional() @ValidateNested() @Type(() => Part) part?: Part;
      @IsOptional() @IsDateString() at?: string;
      @IsOptional() @IsNotEmpty() any?: unknown;
      @ValidateIf((_, value) => value !== null) @IsString() nullable: string | null;
    }
    const written = write(Dto);
    expect(
      JSON.stringify({
        ...written,
        properties: { ...(written['properties'] as object), nullable: {} },
      }),
    ).not.toMatch(/\bnull\b/u);
    expect(written).toMatchObject({
      properties: {
        text: { type: 'string' },
        size: { type: 'string', enum: ['s', 'l'] },
        part: { type: 'object', required: ['qty'] },
        nullable: { type: ['string', 'null'] },
      },
      required: ['nullable'],
    });
    const schema = toSchema(Dto, { io: 'input', where: 'x' });
    const nulls = { text: null, size: null, part: null, at: null, any: null, nullable: null };
    expect((await schema.validate(nulls)).issues).toBeUndefined();
    expect(properties(Dto, { nulls: 'keep' })).toMatchObject({
      text: { type: ['string', 'null'] },
      size: { enum: ['s', 'l', null] },
    });
  });

  it('is the same for Zod and raw JSON Schema', () => {
    const zod = z.object({
      optional: z.string().nullish().describe('Some text'),
      choice: z.enum(['a', 'b']).nullish(),
      union: z.union([z.string(), z.number()]).nullish(),
      value: z.number().nullable(),
    });
    expect(properties(zod)).toEqual({
      optional: { type: 'string', description: 'Some text' },
      choice: { type: 'string', enum: ['a', 'b'] },
      union: { anyOf: [{ type: 'string' }, { type: 'number' }] },
      value: { type: ['number', 'null'] },
    });
    const raw = {
      type: 'object',
      properties: {
        a: { type: ['string', 'null'], default: null },
        b: { oneOf: [{ $ref: '#/$defs/b' }, { const: null }] },
        c: { allOf: [{ type: ['integer', 'null'] }, { minimum: 1 }] },
        d: { type: ['string', 'null'] },
        e: { not: { type: 'null' } },
      },
      anyOf: [
        { required: ['d'] },
        { required: ['a'], properties: { a: { type: ['string', 'null'] } } },
      ],
      $defs: { b: { type: 'string' } },
    };
    expect(properties(raw)).toEqual({
      // One of the alternatives requires it: there null is no absence.
      a: { type: ['string', 'null'], default: null },
      b: { $ref: '#/$defs/b' },
      c: { allOf: [{ type: 'integer' }, { minimum: 1 }] },
      d: { type: ['string', 'null'] },
      e: {},
    });
  });

  it('writes several types of one value as alternatives', () => {
    const raw = {
      size: { type: ['number', 'string'], minimum: 1, pattern: '^a', description: 'x' },
      list: { type: ['array', 'object', 'null'], items: { type: 'string' }, maxItems: 2 },
      mixed: { type: ['string', 'number'], enum: ['a', 1] },
    };
    expect(properties({ type: 'object', properties: raw, required: ['list'] })).toEqual({
      size: {
        anyOf: [
          { type: 'number', minimum: 1 },
          { type: 'string', pattern: '^a' },
        ],
        description: 'x',
      },
      list: {
        anyOf: [
          { type: 'array', items: { type: 'string' }, maxItems: 2 },
          { type: 'object' },
          { type: 'null' },
        ],
      },
      mixed: { type: ['string', 'number'], enum: ['a', 1] },
    });
  });

  it('reports properties that it cannot write without null', () => {
    const json = {
      type: 'object',
      properties: {
        gone: { type: 'null' },
        shared: { $ref: '#/$defs/x' },
        fine: { type: 'string' },
      },
      $defs: { x: { type: ['string', 'null'] } },
    };
    expect(writeInputSchema(json).nulls).toEqual(['gone', 'shared']);
    expect(writeInputSchema(json).json['properties']).toEqual(json.properties);
  });

  it('ends a description with its examples, in words', () => {
    class Dto {
      @ApiProperty({ description: 'Stock keeping unit', example: 'TO-1001' })
      @IsString()
      sku: string;
      @ApiProperty({ examples: [1, 5] }) @IsInt() count: number;
      @ApiProperty({ description: 'All of it.', example: { a: 1 } }) @IsOptional() all?: object;
    }
    expect(properties(Dto)).toMatchObject({
      sku: { description: 'Stock keeping unit. Example: TO-1001' },
      count: { description: 'Examples: 1, 5' },
      all: { description: expect.stringContaining('All of it.') },
    });
    expect(JSON.stringify(write(Dto))).not.toContain('"examples"');
    expect(properties(z.object({ a: z.string().meta({ examples: ['x'] }) }))).toEqual({
      a: { type: 'string', description: 'Example: x' },
    });
  });

  it('excludes null and empty texts by keywords that providers support', () => {
    class Dto {
      @IsNotEmpty() any: unknown;
      @IsNotEmpty() @IsString() text: string;
      @IsNotIn(['root']) @IsString() name: string;
    }
    expect(properties(Dto)).toEqual({
      any: { minLength: 1, description: 'Not null.' },
      text: { type: 'string', minLength: 1 },
      name: { type: 'string', not: { enum: ['root'] } },
    });
  });

  it('describes types that are only documented', () => {
    class Dto {
      @ApiProperty({ type: Number, minimum: 1, maximum: 9 }) @IsNotEmpty() level: number;
      @ApiProperty({ enum: Size, description: 'How large' }) @IsNotEmpty() size: Size;
      @ApiPropertyOptional({ type: String, format: 'date-time' })
      @Transform(({ value }) => new Date(value as string))
      @IsOptional()
      at?: Date;
      @ApiPropertyOptional({ type: [String] }) @IsOptional() @IsArray() tags?: string[];
      @IsNotEmpty() bare: string;
    }
    expect(properties(Dto)).toMatchObject({
      level: { description: 'Type: number; minimum: 1; maximum: 9. Not null.' },
      size: { description: 'How large. Type: string; one of: s, l. Not null.' },
      at: { description: 'Type: string; format: date-time' },
      tags: { type: 'array', items: {}, description: 'Items: string' },
      bare: { minLength: 1, description: 'Type: string. Not null.' },
    });
    for (const name of ['level', 'size', 'at', 'bare']) {
      expect(properties(Dto)[name]).not.toHaveProperty('type');
    }
  });

  it('leaves additionalProperties out with the option', () => {
    class Dto {
      @IsOptional() @ValidateNested() @Type(() => Part) part?: Part;
    }
    expect(JSON.stringify(write(Dto)).match(/additionalProperties/gu)).toHaveLength(2);
    expect(JSON.stringify(write(Dto, { additionalProperties: 'omit' }))).not.toContain(
      'additionalProperties',
    );
  });
});
