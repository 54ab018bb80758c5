import { randomUUID } from 'node:crypto';
import { OmitType, PartialType, PickType } from '@nestjs/mapped-types';
import { Exclude, Expose, Transform, Type } from 'class-transformer';
import {
  Allow,
  IsArray,
  IsBoolean,
  IsDate,
  IsDefined,
  IsEmail,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  MinLength,
  useContainer,
  ValidateIf,
  ValidateBy,
  ValidateNested,
} from 'class-validator';
import type { ValidationPipeOptions } from '@nestjs/common';
import type { JsonSchema } from '../mcp.schema.js';
import { toSchema } from '../to-schema.js';

const STRICT: ValidationPipeOptions = {
  transform: true,
  whitelist: true,
  forbidNonWhitelisted: true,
};

const jsonOf = (type: unknown, validation: ValidationPipeOptions = STRICT): JsonSchema =>
  toSchema(type, { io: 'input', where: 'Orders.create', validation }).json;

const propertiesOf = (
  type: unknown,
  validation?: ValidationPipeOptions,
): Record<string, JsonSchema> =>
  (jsonOf(type, validation)['properties'] ?? {}) as Record<string, JsonSchema>;

const valueOf = async (type: unknown, input: unknown): Promise<unknown> => {
  const result = await toSchema(type, { io: 'input', where: 'Orders.create' }).validate(input);
  if (result.issues) throw new Error(JSON.stringify(result.issues));
  return result.value;
};

const leaf = (): new () => object => {
  class Leaf {
    @IsString() text: string;
  }
  return Leaf;
};

const grow = (inner: new () => object): new () => object => {
  class Branch {
    @ValidateNested() @Type(() => inner) left: object;
    @ValidateNested() @Type(() => inner) right: object;
  }
  return Branch;
};

describe('The input schema of a DTO class', () => {
  it('accepts anything for a class without rules, unless the application refuses properties without rules', () => {
    class Nothing {}
    expect(jsonOf(Nothing)).toEqual({ type: 'object' });
    const options = { io: 'input', where: 'x', validation: STRICT, byApplication: true } as const;
    expect(toSchema(Nothing, options).json).toEqual({
      type: 'object',
      additionalProperties: false,
    });
  });

  it('is as strict as the validation', () => {
    class Dto {
      @IsString() name: string;
    }
    expect(jsonOf(Dto)).toHaveProperty('additionalProperties', false);
    for (const validation of [
      {},
      { whitelist: true },
      { forbidNonWhitelisted: true },
      { ...STRICT, transformOptions: { excludeExtraneousValues: true } },
    ]) {
      expect(jsonOf(Dto, validation)).not.toHaveProperty('additionalProperties');
    }
  });

  it('requires properties that validation requires, and none with an initialiser', () => {
    class Dto {
      @IsString() text: string;
      @IsOptional() @IsString() optional?: string;
      @IsInt() count: number = 5;
      @IsString() @MinLength(1) empty: string = '';
      @IsDefined() @Allow() defined: unknown;
      @ValidateNested() @Type(() => Object) nested: object;
    }
    expect(jsonOf(Dto)['required']).toEqual(['text', 'empty', 'defined']);
    expect(propertiesOf(Dto)).toMatchObject({
      optional: { type: ['string', 'null'] },
      count: { type: 'integer', default: 5 },
      empty: { type: 'string', minLength: 1, default: '' },
      defined: { not: { type: 'null' } },
    });
    expect(jsonOf(Dto, { skipMissingProperties: true })['required']).toEqual(['empty', 'defined']);
  });

  it('contains an initialiser as the default', () => {
    const shared = ['home'];
    class Dto {
      @IsArray() pinned: string[] = shared;
      @IsDate() at: Date = new Date(0);
      @Allow() map = new Map();
    }
    expect(propertiesOf(Dto)).toMatchObject({
      pinned: { type: 'array', default: ['home'] },
      at: { default: '1970-01-01T00:00:00.000Z' },
      map: {},
    });
    expect(propertiesOf(Dto)['pinned']?.['default']).not.toBe(shared);
    expect(propertiesOf(Dto)['map']).not.toHaveProperty('default');
  });

  it('contains no default that differs between instances', () => {
    let count = 0;
    class Dto {
      @IsString() id: string = randomUUID();
      @IsDate() at: Date = new Date();
      @IsDate() due: Date = new Date(Date.now() + 7 * 86_400_000);
      @IsString() day: string = new Date().toISOString().slice(0, 10);
      @IsInt() seconds: number = Math.floor(Date.now() / 1_000);
      @IsInt() serial: number = ++count;
      @Allow() nested: object = { key: randomUUID(), kind: 'constant' };
      @IsDate() epoch: Date = new Date('2020-01-01T00:00:00.000Z');
      @IsInt() limit: number = 20;
    }
    const { required } = jsonOf(Dto);
    const defaults = Object.entries(propertiesOf(Dto)).flatMap(([name, json]) =>
      'default' in json ? [[name, json['default']]] : [],
    );
    expect(defaults).toEqual([
      ['epoch', '2020-01-01T00:00:00.000Z'],
      ['limit', 20],
    ]);
    // None of them has to be given all the same.
    expect(required).toBeUndefined();
  });

  it('exists for a class that cannot be created without arguments', () => {
    class Dto {
      @IsString() name: string;
      constructor(source: { name: string }) {
        this.name = source.name;
      }
    }
    expect(jsonOf(Dto)['required']).toEqual(['name']);
  });

  it('expresses a required text by its length', () => {
    class Dto {
      @IsString() @IsNotEmpty() text: string;
      @IsNotEmpty() any: unknown;
      @IsInt() @IsNotEmpty() count: number;
      @IsString({ each: true }) @IsNotEmpty({ each: true }) list: string[];
      @IsOptional() @IsString() @IsNotEmpty() optional?: string;
    }
    expect(propertiesOf(Dto)).toEqual({
      text: { type: 'string', minLength: 1 },
      any: { not: { enum: ['', null] } },
      count: { type: 'integer' },
      list: { type: 'array', items: { type: 'string', minLength: 1 } },
      optional: { type: ['string', 'null'], minLength: 1 },
    });
  });

  it('contains the rules of the active groups', () => {
    class Dto {
      @IsString({ groups: ['create'] }) @MaxLength(5, { groups: ['update'] }) name: string;
      @IsInt({ always: true }) version: number;
    }
    expect(propertiesOf(Dto, { ...STRICT, groups: ['create'] })['name']).toEqual({
      type: 'string',
    });
    expect(propertiesOf(Dto, { ...STRICT, groups: ['update'] })['name']).toEqual({
      type: 'string',
      maxLength: 5,
    });
    expect(Object.keys(propertiesOf(Dto, { ...STRICT, strictGroups: true }))).toEqual(['version']);
    expect(propertiesOf(Dto)['name']).toEqual({ type: 'string', maxLength: 5 });
  });

  it('contains no rule with a condition that depends on the call', () => {
    class Dto {
      @IsString() kind: string;
      @ValidateIf((dto: Dto) => dto.kind === 'a') @IsInt() @Max(5) count?: number;
      @IsInt({ validateIf: () => false }) never: number;
      @ValidateIf((_, value) => value !== undefined) @IsInt() given?: number;
      @ValidateIf((_, value) => value != null) @IsInt() something?: number;
    }
    expect(jsonOf(Dto)['required']).toEqual(['kind']);
    expect(propertiesOf(Dto)).toEqual({
      kind: { type: 'string' },
      count: {
        description:
          'Where it applies: must not be greater than 5; must be an integer number. Type: number',
      },
      never: { description: 'Type: number' },
      given: { type: 'integer' },
      something: { type: ['integer', 'null'] },
    });
  });

  it('contains no rule of the result of a transform', async () => {
    class Dto {
      @Transform(({ value }) => String(value).trim()) @IsString() @MinLength(2) name: string;
      @Transform(({ value }) => value, { toPlainOnly: true }) @IsInt() count: number;
    }
    expect(jsonOf(Dto)).toEqual({
      type: 'object',
      properties: {
        name: {
          description:
            'Once converted: must be longer than or equal to 2 characters; must be a string',
        },
        count: { type: 'integer' },
      },
      required: ['name', 'count'],
      additionalProperties: false,
    });
    expect(await valueOf(Dto, { name: 42, count: 1 })).toEqual({ name: '42', count: 1 });
  });

  it('respects the names and the limits of class-transformer', async () => {
    class Dto {
      @Expose({ name: 'first_name' }) @IsString() firstName: string;
      @Expose({ name: 'lastName', toPlainOnly: true }) @IsString() last: string;
      @Exclude() @IsOptional() @IsString() secret?: string;
      @Exclude({ toPlainOnly: true }) @IsString() password: string;
      @Expose({ groups: ['admin'] }) @IsOptional() @IsString() role?: string;
    }
    expect(Object.keys(propertiesOf(Dto))).toEqual(['first_name', 'last', 'password']);
    const admin = { ...STRICT, transformOptions: { groups: ['admin'] } };
    expect(Object.keys(propertiesOf(Dto, admin))).toContain('role');
    const value = await valueOf(Dto, { first_name: 'Ada', last: 'L', password: 'x' });
    expect(value).toMatchObject({ firstName: 'Ada', last: 'L', password: 'x' });
  });

  it('assigns a key that is the alias of one property and the name of another to the alias', async () => {
    class Dto {
      @Expose({ name: 'id' }) @IsString() uuid: string;
      @IsOptional() @IsInt() id?: number;
    }
    expect(jsonOf(Dto)).toMatchObject({
      properties: { id: { type: 'string' } },
      required: ['id'],
    });
    expect(await valueOf(Dto, { id: 'a' })).toEqual({ uuid: 'a' });
    class Twice {
      @Expose({ name: 'id' }) @IsString() uuid: string;
      @IsString() id: string;
    }
    expect(jsonOf(Twice)['required']).toEqual(['id']);
  });

  it('contains no default that a missing value overwrites', () => {
    class Dto {
      @Expose() @IsInt() count: number = 5;
    }
    expect(jsonOf(Dto)['required']).toEqual(['count']);
    for (const transformOptions of [{ exposeDefaultValues: true }, { exposeUnsetFields: false }]) {
      expect(jsonOf(Dto, { ...STRICT, transformOptions })).not.toHaveProperty('required');
    }
  });

  it('returns real instances, nested ones too', async () => {
    class Item {
      @IsInt() qty: number;
    }
    class Order {
      @ValidateNested({ each: true }) @Type(() => Item) items: Item[];
      @ValidateNested() @Type(() => Item) one: Item;
      @Type(() => Date) @IsDate() at: Date;
    }
    expect(propertiesOf(Order)).toEqual({
      items: { type: 'array', items: expect.objectContaining({ type: 'object' }) },
      one: expect.objectContaining({ type: 'object', required: ['qty'] }),
      at: { type: 'string', format: 'date-time' },
    });
    const at = '2024-05-01T00:00:00.000Z';
    const order = (await valueOf(Order, { items: [{ qty: 1 }], one: { qty: 2 }, at })) as Order;
    expect(order).toBeInstanceOf(Order);
    expect(order.items[0]).toBeInstanceOf(Item);
    expect(order.one).toBeInstanceOf(Item);
    expect(order.at).toEqual(new Date(at));
  });

  it('outlines what is converted and not validated, without rules', () => {
    class Item {
      @IsInt() qty: number;
    }
    class Order {
      @Type(() => Item) @IsDefined() item: Item;
      @Type(() => Item) @IsArray() items: Item[];
    }
    expect(propertiesOf(Order)).toEqual({
      item: { properties: { qty: {} }, not: { type: 'null' } },
      items: { type: 'array', items: { properties: { qty: {} } } },
    });
  });

  it('has an alternative for each class of a discriminator', async () => {
    abstract class Pet {
      @IsString() name: string;
    }
    class Cat extends Pet {
      @IsBoolean() indoor: boolean;
    }
    class Dog extends Pet {
      @IsInt() walks: number;
    }
    class Owner {
      @ValidateNested({ each: true })
      @Type(() => Pet, {
        discriminator: {
          property: 'kind',
          subTypes: [
            { value: Cat, name: 'cat' },
            { value: Dog, name: 'dog' },
          ],
        },
      })
      pets: Pet[];
    }
    expect(propertiesOf(Owner)['pets']).toEqual({
      type: 'array',
      items: {
        oneOf: [
          {
            type: 'object',
            properties: {
              indoor: { type: 'boolean' },
              name: { type: 'string' },
              kind: { const: 'cat' },
            },
            required: ['kind', 'indoor', 'name'],
            additionalProperties: false,
          },
          expect.objectContaining({ required: ['kind', 'walks', 'name'] }),
        ],
      },
    });
    const input = { pets: [{ kind: 'dog', name: 'Rex', walks: 2 }] };
    const { pets } = (await valueOf(Owner, input)) as Owner;
    expect(pets[0]).toBeInstanceOf(Dog);
    expect(input.pets[0]).toHaveProperty('kind', 'dog');
  });

  it('refers to itself locally for a recursive class', () => {
    class Comment {
      @IsString() text: string;
      @IsOptional() @ValidateNested({ each: true }) @Type(() => Comment) replies?: Comment[];
    }
    class Post {
      @ValidateNested() @Type(() => Comment) first: Comment;
      @ValidateNested() @Type(() => Comment) second: Comment;
    }
    const comment = {
      type: 'object',
      properties: {
        text: { type: 'string' },
        replies: { type: ['array', 'null'], items: { $ref: '#/$defs/Comment' } },
      },
      required: ['text'],
      additionalProperties: false,
    };
    expect(jsonOf(Comment)).toEqual({ ...comment, $defs: { Comment: comment } });
    expect(jsonOf(Post)).toMatchObject({
      properties: { first: { $ref: '#/$defs/Comment' }, second: { $ref: '#/$defs/Comment' } },
      $defs: { Comment: comment },
    });
  });

  it('shares definitions that would be repeated too often, and separates two classes with the same name', () => {
    const [A, B] = [leaf(), leaf()];
    const deep = Array.from({ length: 12 }).reduce<new () => object>((inner) => grow(inner), A);
    expect(JSON.stringify(jsonOf(deep)).length).toBeLessThan(6_000);
    class Both {
      @ValidateNested() @Type(() => A) a: object;
      @ValidateNested() @Type(() => B) b: object;
    }
    expect(propertiesOf(Both)).toMatchObject({ a: { type: 'object' }, b: { type: 'object' } });
  });

  it('respects inheritance and mapped types', () => {
    class Base {
      @IsString() @MaxLength(5) name: string;
      @IsEmail() email: string;
    }
    class Child extends Base {
      @MaxLength(9) override name: string = 'Ada';
    }
    expect(propertiesOf(Child)['name']).toEqual({
      type: 'string',
      maxLength: 9,
      default: 'Ada',
    });
    expect(Object.keys(propertiesOf(PickType(Base, ['name'])))).toEqual(['name']);
    expect(Object.keys(propertiesOf(OmitType(Base, ['name'])))).toEqual(['email']);
    expect(jsonOf(PartialType(Base))).toEqual({
      type: 'object',
      properties: {
        name: { type: ['string', 'null'], maxLength: 5 },
        email: { type: ['string', 'null'], format: 'email' },
      },
      additionalProperties: false,
    });
    expect(jsonOf(PartialType(Base, { skipNullProperties: false }))).toMatchObject({
      properties: { name: { type: 'string', maxLength: 5 } },
    });
  });

  it.each([
    ['first', 'second'],
    ['second', 'first'],
  ] as const)(
    'lists the properties of parents in the order of their decorators: %s, %s',
    (...order) => {
      class First {}
      class Second extends First {}
      class Dto extends Second {}
      for (const name of order) {
        IsString()((name === 'first' ? First : Second).prototype, name);
      }
      IsString()(Dto.prototype, 'own');
      expect(Object.keys(propertiesOf(Dto))).toEqual(['own', ...order]);
    },
  );

  it('is created without instantiating validators in the container of the application', () => {
    class Dto {
      @IsString() name: string;
    }
    useContainer({ get: () => undefined });
    try {
      expect(jsonOf(Dto)['required']).toEqual(['name']);
    } finally {
      useContainer(undefined as never);
    }
  });

  it('survives a rule of the application under a known name that rejects later', async () => {
    class Dto {
      @ValidateBy({
        name: 'isNotEmpty',
        validator: { validate: () => Promise.reject(new Error()) },
      })
      name: string;
    }
    const rejections: unknown[] = [];
    const note = (reason: unknown): void => void rejections.push(reason);
    process.on('unhandledRejection', note);
    expect(jsonOf(Dto)['properties']).toHaveProperty('name');
    // Node tells of rejections once the turn is over.
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(rejections).toEqual([]);
  });

  it('respects implicit conversion', async () => {
    class Item {
      @Min(1) qty: number;
    }
    class Dto {
      @IsInt() count: number;
      @ValidateNested() item: Item;
    }
    const implicit = { ...STRICT, transformOptions: { enableImplicitConversion: true } };
    expect(propertiesOf(Dto, implicit)).toEqual({
      count: { type: 'integer' },
      item: expect.objectContaining({ required: ['qty'] }),
    });
    expect(propertiesOf(Dto)['item']).toEqual({ type: 'object' });
  });
});
