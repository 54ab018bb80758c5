import {
  ApiExtraModels,
  ApiHideProperty,
  ApiProperty,
  ApiPropertyOptional,
  ApiSchema,
  getSchemaPath,
  PartialType,
} from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  Allow,
  IsEnum,
  IsInt,
  IsOptional,
  IsString,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import type { JsonSchema } from '../mcp.schema.js';
import { toSchema } from '../to-schema.js';

enum Color {
  Red = 'red',
  Blue = 'blue',
}

const jsonOf = (type: unknown, io: 'input' | 'output'): JsonSchema =>
  toSchema(type, { io, where: 'Orders.create' }).json;

const propertiesOf = (type: unknown, io: 'input' | 'output'): Record<string, JsonSchema> =>
  (jsonOf(type, io)['properties'] ?? {}) as Record<string, JsonSchema>;

describe('Swagger metadata in the schema of an input', () => {
  it('adds texts, examples, defaults and flags', () => {
    class Dto {
      @ApiProperty({ description: 'Stock keeping unit', example: 'TO-1', title: 'SKU' })
      @IsString()
      sku: string;

      @ApiPropertyOptional({ deprecated: true, default: 5, examples: [1, 2] })
      @IsOptional()
      @IsInt()
      old?: number;

      @ApiProperty({ writeOnly: true, format: 'password', examples: { a: { value: 'x' } } })
      @IsString()
      secret: string;

      @ApiProperty({ enum: Color, enumName: 'Color', description: 'The colour' })
      @IsEnum(Color)
      color: Color;
    }
    expect(propertiesOf(Dto, 'input')).toEqual({
      sku: { type: 'string', description: 'Stock keeping unit', examples: ['TO-1'], title: 'SKU' },
      old: { type: ['integer', 'null'], deprecated: true, default: 5, examples: [1, 2] },
      secret: { type: 'string', writeOnly: true, format: 'password', examples: ['x'] },
      color: { type: 'string', enum: ['red', 'blue'], title: 'Color', description: 'The colour' },
    });
  });

  it('never refuses values that validation accepts', () => {
    class Dto {
      @ApiProperty({ type: Number, minimum: 5, nullable: false, pattern: '^a' })
      @IsString()
      text: string;

      @ApiProperty({ enum: ['a', 'b'], required: true })
      @Allow()
      any: unknown;

      @ApiProperty({ format: 'date-time' })
      @IsString()
      when: string;
    }
    expect(jsonOf(Dto, 'input')).toEqual({
      type: 'object',
      properties: {
        text: { type: 'string' },
        any: { description: 'Type: string; one of: a, b' },
        when: { type: 'string' },
      },
      required: ['text', 'when'],
      additionalProperties: false,
    });
  });

  it('is left out for properties without rules that are refused or stripped', () => {
    class Dto {
      @ApiProperty({ description: 'only documented' }) plain: string;
      @IsString() ruled: string;
    }
    expect(Object.keys(propertiesOf(Dto, 'input'))).toEqual(['ruled']);
    const open = toSchema(Dto, { io: 'input', where: 'x', validation: {} }).json;
    expect(open).toMatchObject({
      properties: { plain: { description: 'only documented. Type: string' } },
    });
  });

  it('comes from the compiler plugin, and from decorators over it', () => {
    class Dto {
      @IsString() name: string;

      @ApiProperty({ description: 'from the decorator' })
      @IsInt()
      count: number;

      static _OPENAPI_METADATA_FACTORY(): unknown {
        return {
          name: { required: true, type: () => String, description: 'from a comment', maxLength: 5 },
          count: { required: true, type: () => Number, description: 'from a comment', minimum: 1 },
        };
      }
    }
    class Child extends Dto {
      @IsString() extra: string;

      static override _OPENAPI_METADATA_FACTORY(): unknown {
        return { extra: { required: false, type: () => String, default: 'x' } };
      }
    }
    expect(propertiesOf(Child, 'input')).toEqual({
      extra: { type: 'string', default: 'x' },
      name: { type: 'string', description: 'from a comment' },
      count: { type: 'integer', description: 'from the decorator' },
    });
  });

  it('adds name and description of a class', () => {
    @ApiSchema({ name: 'Tree', description: 'A tree' })
    class TreeDto {
      @IsOptional() @ValidateNested() @Type(() => TreeDto) child?: TreeDto;
    }
    expect(jsonOf(TreeDto, 'input')).toMatchObject({
      description: 'A tree',
      properties: { child: { anyOf: [{ $ref: '#/$defs/Tree' }, { type: 'null' }] } },
    });
  });

  it('includes mapped types of swagger', () => {
    class Dto {
      @ApiProperty({ description: 'A number' }) @IsInt() @Min(1) @Max(10) n: number;
    }
    expect(jsonOf(PartialType(Dto), 'input')).toEqual({
      type: 'object',
      properties: {
        n: { type: ['integer', 'null'], minimum: 1, maximum: 10, description: 'A number' },
      },
      additionalProperties: false,
    });
  });
});

describe('Swagger metadata in the schema of an output', () => {
  it('determines the schema of a property', () => {
    class Item {
      @ApiProperty() name: string;
    }
    class Dto {
      @ApiProperty() text: string;
      @ApiProperty({ type: 'integer', minimum: 1, exclusiveMinimum: true as never }) n: number;
      @ApiProperty({ type: [String] }) list: string[];
      @ApiProperty({ enum: Color, isArray: true }) colors: Color[];
      @ApiProperty({ enum: Color }) color: Color;
      @ApiProperty({ type: () => Item }) item: Item;
      @ApiProperty({ type: [Item] }) items: Item[];
      @ApiProperty({ type: String, nullable: true }) maybe: string | null;
      @ApiProperty({ type: 'object', additionalProperties: { type: 'number' } }) map: object;
      @ApiPropertyOptional({ format: 'uuid' }) id?: string;
      @ApiProperty() at: Date;
      @ApiProperty({ type: 'array', items: { type: 'array', items: { type: 'number' } } })
      matrix: number[][];
      @ApiHideProperty() hidden: string;
    }
    const item = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] };
    expect(jsonOf(Dto, 'output')).toEqual({
      type: 'object',
      properties: {
        text: { type: 'string' },
        n: { type: 'integer', minimum: 1, exclusiveMinimum: 1 },
        list: { type: 'array', items: { type: 'string' } },
        colors: { type: 'array', items: { type: 'string', enum: ['red', 'blue'] } },
        color: { type: 'string', enum: ['red', 'blue'] },
        item,
        items: { type: 'array', items: item },
        maybe: { type: ['string', 'null'] },
        map: { type: 'object', additionalProperties: { type: 'number' } },
        id: { type: 'string', format: 'uuid' },
        at: { type: 'string', format: 'date-time' },
        matrix: { type: 'array', items: { type: 'array', items: { type: 'number' } } },
      },
      required: [
        'text',
        'n',
        'list',
        'colors',
        'color',
        'item',
        'items',
        'maybe',
        'map',
        'at',
        'matrix',
      ],
    });
  });

  it('includes the references of oneOf, anyOf and allOf to extra models', () => {
    class Cat {
      @ApiProperty() lives: number;
    }
    class Dog {
      @ApiProperty() walks: number;
    }
    @ApiExtraModels(Cat, Dog)
    class Owner {
      @ApiProperty({ oneOf: [{ $ref: getSchemaPath(Cat) }, { $ref: getSchemaPath(Dog) }] })
      pet: Cat | Dog;

      @ApiProperty({ isArray: true, anyOf: [{ $ref: getSchemaPath(Cat) }, { type: 'string' }] })
      pets: unknown[];

      @ApiProperty({ allOf: [{ $ref: '#/components/schemas/Unknown' }] })
      other: unknown;
    }
    const cat = { type: 'object', properties: { lives: { type: 'number' } }, required: ['lives'] };
    expect(propertiesOf(Owner, 'output')).toEqual({
      pet: { anyOf: [cat, expect.objectContaining({ required: ['walks'] })] },
      pets: { type: 'array', items: { anyOf: [cat, { type: 'string' }] } },
      other: { allOf: [{}] },
    });
  });

  it('treats oneOf as a choice: a class and its child, and an undeclared class', () => {
    class Pet {
      @ApiProperty() name: string;
    }
    class Puppy extends Pet {
      @ApiProperty() age: number;
    }
    @ApiExtraModels(Pet, Puppy)
    class Owner {
      @ApiProperty({ oneOf: [{ $ref: getSchemaPath(Pet) }, { $ref: getSchemaPath(Puppy) }] })
      pet: Pet;

      @ApiProperty({
        oneOf: [{ $ref: getSchemaPath(Pet) }, { $ref: '#/components/schemas/Parrot' }],
      })
      other: unknown;

      @ApiProperty({
        oneOf: [{ type: 'string' }, { type: 'number' }],
        anyOf: [{ type: 'string' }, { type: 'boolean' }],
      })
      both: unknown;
    }
    const pet = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] };
    const puppy = expect.objectContaining({ required: ['name', 'age'] }) as object;
    expect(propertiesOf(Owner, 'output')).toEqual({
      pet: { anyOf: [pet, puppy] },
      other: { anyOf: [pet, { title: 'Parrot' }] },
      both: {
        anyOf: [{ type: 'string' }, { type: 'boolean' }],
        allOf: [{ anyOf: [{ type: 'string' }, { type: 'number' }] }],
      },
    });
  });

  it('includes types and descriptions of the compiler plugin', () => {
    class Item {
      name: string;

      static _OPENAPI_METADATA_FACTORY(): unknown {
        return { name: { required: true, type: () => String, description: 'A name' } };
      }
    }
    class Dto {
      items: Item[];
      count?: number;

      static _OPENAPI_METADATA_FACTORY(): unknown {
        return {
          items: { required: true, type: () => [Item] },
          count: { required: false, type: () => Number, nullable: true },
        };
      }
    }
    expect(jsonOf(Dto, 'output')).toEqual({
      type: 'object',
      properties: {
        items: {
          type: 'array',
          items: {
            type: 'object',
            properties: { name: { type: 'string', description: 'A name' } },
            required: ['name'],
          },
        },
        count: { type: ['number', 'null'] },
      },
      required: ['items'],
    });
  });
});
