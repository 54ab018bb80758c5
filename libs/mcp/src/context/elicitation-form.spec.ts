import { ApiProperty } from '@nestjs/swagger';
import {
  IsBoolean,
  IsEmail,
  IsEnum,
  IsInt,
  IsOptional,
  Max,
  ValidateNested,
} from 'class-validator';
import { Type } from 'class-transformer';
import { z } from 'zod';
import { toForm } from './elicitation-form.js';

enum Size {
  Small = 's',
  Large = 'l',
}

class Order {
  @ApiProperty({ description: 'Where to write to.' })
  @IsEmail()
  email: string;

  @IsInt()
  @Max(9)
  count: number;

  @IsOptional()
  @IsBoolean()
  gift?: boolean;

  @IsEnum(Size)
  size: Size;

  @ApiProperty({ enum: Size, 'x-enumNames': ['Small one', 'Large one'], default: 's' })
  @IsEnum(Size)
  titled: Size;

  @ApiProperty({ enum: Size, isArray: true, 'x-enumNames': ['Small one', 'Large one'] })
  @IsEnum(Size, { each: true })
  many: Size[];

  @IsEnum(Size, { each: true })
  plain: Size[];
}

const titles = [
  { const: 's', title: 'Small one' },
  { const: 'l', title: 'Large one' },
];

describe('toForm', () => {
  it('creates the form of a DTO: texts, numbers, booleans, choices with and without titles', () => {
    expect(toForm(Order).requested).toEqual({
      type: 'object',
      properties: {
        email: { type: 'string', format: 'email', description: 'Where to write to.' },
        count: { type: 'integer', maximum: 9 },
        gift: { type: 'boolean' },
        size: { type: 'string', enum: ['s', 'l'] },
        titled: { type: 'string', oneOf: titles, default: 's' },
        many: { type: 'array', items: { anyOf: titles } },
        plain: { type: 'array', items: { type: 'string', enum: ['s', 'l'] } },
      },
      required: ['email', 'count', 'size', 'titled', 'many', 'plain'],
    });
  });

  it('creates the form of a class once', () => {
    expect(toForm(Order)).toBe(toForm(Order));
  });

  it('creates the form of a Zod schema', () => {
    const schema = z.object({
      name: z.string().min(1).default('x'),
      size: z.enum(['s', 'l']).optional(),
      choice: z.union([z.literal('a').meta({ title: 'A' }), z.literal('b').meta({ title: 'B' })]),
    });
    expect(toForm(schema).requested).toMatchObject({
      properties: {
        name: { type: 'string', minLength: 1, default: 'x' },
        size: { type: 'string', enum: ['s', 'l'] },
        choice: {
          type: 'string',
          oneOf: [
            { const: 'a', title: 'A' },
            { const: 'b', title: 'B' },
          ],
        },
      },
    });
  });

  it('leaves out keywords that a form does not have', () => {
    const schema = {
      type: 'object',
      properties: { code: { type: 'string', pattern: '^x', format: 'uuid', examples: ['x'] } },
      additionalProperties: false,
    };
    expect(toForm(schema).requested).toEqual({
      type: 'object',
      properties: { code: { type: 'string' } },
    });
  });

  it('refuses nested objects and lists of anything but choices, with a remedy', () => {
    class Inner {
      @IsInt()
      n: number;
    }
    class Outer {
      @ValidateNested()
      @Type(() => Inner)
      inner: Inner;
    }
    expect(() => toForm(Outer)).toThrow("'inner' is not a field of a form");
    const list = {
      type: 'object',
      properties: { list: { type: 'array', items: { type: 'number' } } },
    };
    expect(() => toForm(list)).toThrow("the items of 'list' are not choices");
  });
});
