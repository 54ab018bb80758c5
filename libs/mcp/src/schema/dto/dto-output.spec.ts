import { Exclude, Expose, Transform, Type } from 'class-transformer';
import { IsEmail, IsInt, IsOptional, IsString, ValidateNested } from 'class-validator';
import type { JsonSchema, SchemaResult } from '../mcp.schema.js';
import { toSchema } from '../to-schema.js';

const options = { io: 'output', where: 'Orders.find' } as const;
const jsonOf = (type: unknown): JsonSchema => toSchema(type, options).json;
const resultOf = async (type: unknown, value: unknown): Promise<SchemaResult> =>
  toSchema(type, options).validate(value);

class Address {
  @IsString() zip: string;
  @Exclude() @IsOptional() @IsString() note?: string;
}

class User {
  @IsInt() id: number;
  @Expose({ name: 'e_mail' }) @IsEmail() email: string;
  @Exclude() password: string;
  @Exclude({ toClassOnly: true }) @IsOptional() @IsString() role?: string;
  @Type(() => Date) created: Date;
  @IsOptional() @ValidateNested() @Type(() => Address) address?: Address;
  @Transform(({ value }) => `#${String(value)}`, { toPlainOnly: true }) @IsInt() rank: number;

  @Expose() get label(): string {
    return `${this.id}:${this.email}`;
  }
}

const plain = {
  id: 1,
  email: 'a@b.de',
  password: 's3cret',
  created: new Date(0),
  address: { zip: '1', note: 's3cret' },
  rank: 5,
};

const serialised = {
  id: 1,
  e_mail: 'a@b.de',
  created: '1970-01-01T00:00:00.000Z',
  address: { zip: '1' },
  rank: '#5',
  label: '1:a@b.de',
};

describe('The output of a DTO class', () => {
  it('has the schema of its serialised form', () => {
    expect(jsonOf(User)).toEqual({
      type: 'object',
      properties: {
        id: { type: 'integer' },
        e_mail: { type: 'string', format: 'email' },
        role: { type: ['string', 'null'] },
        created: { type: ['string', 'null'], format: 'date-time' },
        address: {
          type: ['object', 'null'],
          properties: { zip: { type: 'string' } },
          required: ['zip'],
        },
        rank: {},
        label: { type: ['string', 'null'] },
      },
      required: ['id', 'e_mail'],
    });
  });

  it('is serialised by class-transformer, whether an instance or a plain object is returned', async () => {
    const instance = Object.assign(new User(), plain, {
      address: Object.assign(new Address(), plain.address),
    });
    expect(await resultOf(User, instance)).toEqual({ value: serialised });
    expect(await resultOf(User, plain)).toEqual({ value: serialised });
    expect(await resultOf([User], [instance, plain])).toEqual({ value: [serialised, serialised] });
    expect(plain).toHaveProperty('password', 's3cret');
  });

  it('respects the decorators of an entity of another class, and those of the declared class', async () => {
    class Entity {
      id = 1;
      email = 'a@b.de';
      password = 's3cret';
      @Exclude() rank = 3;
      created = new Date(0);
    }
    expect(await resultOf(User, new Entity())).toEqual({
      value: {
        id: 1,
        e_mail: 'a@b.de',
        created: '1970-01-01T00:00:00.000Z',
        label: '1:a@b.de',
      },
    });
  });

  it('is the own JSON of an ODM document', async () => {
    class Document {
      secret = 's3cret';
      toJSON(): object {
        return { id: 1, email: 'a@b.de' };
      }
    }
    expect(await resultOf(User, new Document())).toMatchObject({ value: { id: 1 } });
  });

  it('is refused when it does not match, with the path', async () => {
    const result = await resultOf(User, { ...plain, id: 'x', address: {} });
    expect(result.issues).toEqual([
      { path: ['id'], message: 'must be integer' },
      { path: ['address', 'zip'], message: 'is required' },
    ]);
    expect((await resultOf(User, undefined)).issues).toHaveLength(1);
    expect((await resultOf([User], plain)).issues).toHaveLength(1);
  });

  it('is not refused for a format or an unknown property', async () => {
    class Dto {
      @IsEmail() email: string;
    }
    expect(await resultOf(Dto, { email: 'ü@x', extra: 1 })).toEqual({
      value: { email: 'ü@x', extra: 1 },
    });
  });

  it('contains bigints as texts, and no circular reference', async () => {
    class Dto {
      @Expose() total: bigint;
      @Expose() next: unknown;
    }
    expect(jsonOf(Dto)).toMatchObject({
      properties: { total: { type: ['string', 'null'], pattern: '^-?[0-9]+$' } },
    });
    expect(await resultOf(Dto, { total: 10n ** 20n })).toEqual({
      value: { total: '100000000000000000000' },
    });
    const cycle: Record<string, unknown> = {};
    cycle['next'] = cycle;
    expect(await resultOf(Dto, cycle)).toEqual({ value: { next: {} } });
  });

  it('respects the groups of the serialisation', async () => {
    class Dto {
      @Expose() id: number;
      @Expose({ groups: ['admin'] }) margin: number;
    }
    const admin = toSchema(Dto, { ...options, serialization: { groups: ['admin'] } });
    expect(Object.keys(admin.json['properties'] as object)).toEqual(['id', 'margin']);
    expect(await admin.validate({ id: 1, margin: 2 })).toEqual({ value: { id: 1, margin: 2 } });
    expect(Object.keys(jsonOf(Dto)['properties'] as object)).toEqual(['id']);
    expect(await resultOf(Dto, { id: 1, margin: 2 })).toEqual({ value: { id: 1 } });
  });

  it('contains containers in their JSON form', async () => {
    class Dto {
      @Expose() @Type(() => Address) byName: Map<string, Address>;
      @Expose() @Type(() => Address) all: Set<Address>;
      @Expose() tags: string[];
      @Expose() any: Record<string, number>;
    }
    const address = { type: 'object', properties: { zip: { type: 'string' } }, required: ['zip'] };
    expect(jsonOf(Dto)['properties']).toEqual({
      byName: { type: ['object', 'null'], additionalProperties: address },
      all: { type: ['array', 'null'], items: address },
      tags: { type: ['array', 'null'] },
      any: {},
    });
    const zip = Object.assign(new Address(), { zip: '1' });
    const value = {
      byName: new Map([['a', zip]]),
      all: new Set([zip]),
      tags: ['x'],
      any: { n: 1 },
    };
    expect(await resultOf(Dto, value)).toEqual({
      value: { byName: { a: { zip: '1' } }, all: [{ zip: '1' }], tags: ['x'], any: { n: 1 } },
    });
  });
});
