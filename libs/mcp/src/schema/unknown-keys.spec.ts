import {
  ValidationPipe,
  type ArgumentMetadata,
  type Type as Class,
  type ValidationError,
  type ValidationPipeOptions,
} from '@nestjs/common';
import { Exclude, Expose, Transform, Type } from 'class-transformer';
import {
  IsNotEmptyObject,
  IsOptional,
  IsString,
  Validate,
  ValidateNested,
  ValidatorConstraint,
} from 'class-validator';
import { InvalidInputException } from '../errors/invalid-input.exception.js';
import { createInputPipe } from '../execution/validation.pipe.js';
import { toLines } from './issue-lines.js';
import { objectSchema } from './object.schema.js';
import { toSchema } from './to-schema.js';

let asked = 0;

@ValidatorConstraint({ name: 'counted' })
class Counted {
  validate(): boolean {
    asked++;
    return true;
  }
}

class Line {
  @IsOptional()
  @IsString()
  sku?: string;

  @Exclude()
  @IsOptional()
  @IsString()
  secret?: string;

  total(): number {
    return 0;
  }
}

class Order {
  @Validate(Counted)
  name: string;

  @IsOptional()
  @ValidateNested({ each: true })
  @Type(() => Line)
  lines?: Line[];
}

const RAW = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    lines: { type: 'array', items: { anyOf: [{ type: 'null' }, { $ref: '#/$defs/Line' }] } },
  },
  additionalProperties: false,
  $defs: {
    Line: { type: 'object', properties: { sku: { type: 'string' } }, additionalProperties: false },
  },
};

const names = { type: 'body', metatype: Order } as ArgumentMetadata;
const where = 'Orders.create';
const read = (source: unknown) => toSchema(source, { io: 'input', where });

const wide = (count: number): Record<string, unknown> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 1]));

async function issuesOf(schema: ReturnType<typeof read>, input: unknown) {
  const { issues } = await schema.validate(input);
  return { count: issues?.length ?? 0, lines: toLines(issues ?? [], input, schema.json) };
}

const schemas = {
  'a DTO': () => read(Order),
  'raw JSON Schema': () => read(RAW),
  'named parameters': () =>
    objectSchema([
      { name: 'name', schema: read({ type: 'string' }), required: true },
      { name: 'lines', schema: read({ type: 'array' }), required: false },
    ]),
};

describe.each(Object.entries(schemas))('an input of 9,900 unknown keys, for %s', (kind, make) => {
  it('is refused with ten of them and the number of the others', async () => {
    asked = 0;
    const { count, lines } = await issuesOf(make(), { name: 'a', ...wide(9_900) });
    expect(count).toBe(11);
    expect(lines[0]).toBe('k0: should not exist (given: 1)');
    expect(lines.at(-1)).toMatch(
      /^input: has 9890 more properties that should not exist \(given: .{1,80}\)$/u,
    );
    expect(asked).toBe(0);
  });

  it('is refused with a text of bounded length, however long the keys are', async () => {
    const long = Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [
        `k${index}${'x'.repeat(5_000)}`,
        'y'.repeat(5_000),
      ]),
    );
    const { lines } = await issuesOf(make(), { name: 'a', ...long });
    expect(lines.join('\n').length).toBeLessThan(4_000);
  });

  it('is refused with all of them up to a hundred', async () => {
    const { count } = await issuesOf(make(), { name: 'a', ...wide(100) });
    expect(count).toBe(100);
  });

  if (kind !== 'named parameters') {
    it('is refused alike where they are spread over nested objects', async () => {
      asked = 0;
      const lines = Array.from({ length: 50 }, () => wide(3));
      const refused = await issuesOf(make(), { name: 'a', lines });
      expect(refused.count).toBe(11);
      expect(refused.lines[4]).toBe('lines[1].k1: should not exist (given: 1)');
      expect(asked).toBe(0);
    });
  }
});

describe('an input of many keys', () => {
  it('is accepted if class-transformer removes the keys: excluded properties and names of methods', async () => {
    const lines = Array.from({ length: 300 }, () => ({
      sku: 'a',
      secret: 'b',
      total: 1,
      toString: 1,
    }));
    const { issues } = await read(Order).validate({ name: 'a', lines });
    expect(issues).toBeUndefined();
  });

  it('is accepted if unknown keys are stripped or allowed', async () => {
    for (const options of [{ whitelist: true }, {}]) {
      const pipe = createInputPipe({ options: { transform: true, ...options } });
      await expect(pipe.transform({ name: 'a', ...wide(500) }, names)).resolves.toMatchObject({
        name: 'a',
      });
    }
    const open = { ...RAW, additionalProperties: true };
    expect((await read(open).validate({ name: 'a', ...wide(500) })).issues).toBeUndefined();
  });

  it('is accepted if prefixes are excluded', async () => {
    const options = {
      whitelist: true,
      forbidNonWhitelisted: true,
      transformOptions: { excludePrefixes: ['k'] },
    };
    const pipe = createInputPipe({ options });
    await expect(pipe.transform({ name: 'a', ...wide(500) }, names)).resolves.toBeDefined();
  });

  it('is accepted if a pipe of the application removes keys', async () => {
    class Picking extends ValidationPipe {
      override async transform(value: { name: string }, metadata: ArgumentMetadata) {
        return super.transform({ name: value.name }, metadata) as Promise<unknown>;
      }
    }
    const appPipe = new Picking({ whitelist: true, forbidNonWhitelisted: true });
    const pipe = createInputPipe({ appPipe });
    await expect(pipe.transform({ name: 'a', ...wide(500) }, names)).resolves.toBeDefined();
  });

  it('gives the exception factory of the application only a few errors', async () => {
    let seen: ValidationError[] = [];
    const appPipe = new ValidationPipe({
      whitelist: true,
      forbidNonWhitelisted: true,
      exceptionFactory: (errors) => {
        seen = errors;
        return new InvalidInputException(['refused']);
      },
    });
    const pipe = createInputPipe({ appPipe });
    await expect(pipe.transform({ name: 'a', ...wide(500) }, names)).rejects.toThrow('refused');
    expect(seen).toHaveLength(11);
    expect(seen[0]).toMatchObject({
      property: 'k0',
      constraints: { whitelistValidation: 'property k0 should not exist' },
    });
  });
});

describe('an input of many keys that the whitelist strips', () => {
  const options = { transform: true, whitelist: true };
  let looks = 0;
  /** A value that tells whether class-transformer has looked into it. */
  const watched = {
    get inner() {
      if (new Error('where').stack?.includes('TransformOperationExecutor')) looks++;
      return 1;
    },
  };
  const keys = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, watched]));
  const both = async (metatype: Class, input: object, more: ValidationPipeOptions = {}) => {
    const metadata = { type: 'body', metatype } as const;
    const nests = await new ValidationPipe({ ...options, ...more }).transform(input, metadata);
    looks = 0;
    const pipe = createInputPipe({ options: { ...options, ...more } });
    return [await pipe.transform(input, metadata), nests] as const;
  };

  it('gives the same result as Nest’s pipe, and class-transformer does not see them', async () => {
    const [ours, nests] = await both(Order, { name: 'a', lines: [{ sku: 'b' }], ...keys(200) });
    expect(ours).toStrictEqual(nests);
    expect(ours).toBeInstanceOf(Order);
    expect(looks).toBe(0);
  });

  it('is refused for its other errors without reading them', async () => {
    const pipe = createInputPipe({ options });
    const input = { name: 'a', lines: [{ sku: 1 }], ...keys(1_000) };
    looks = 0;
    await expect(pipe.transform(input, names)).rejects.toMatchObject({
      lines: ['lines[0].sku: must be a string (given: 1)'],
    });
    expect(looks).toBe(0);
  });

  it('is left to the packages up to a hundred keys, or if the fast path is turned off', async () => {
    await both(Order, { name: 'a', ...keys(100) });
    expect(looks).toBeGreaterThan(0);
    looks = 0;
    const pipe = createInputPipe({ options: { ...options, fastPath: false } });
    await pipe.transform({ name: 'a', ...keys(200) }, names);
    expect(looks).toBeGreaterThan(0);
  });

  it('keeps keys that a function of the class reads', async () => {
    class Counting {
      @Transform(({ obj }) => Object.keys(obj as object).length)
      @IsOptional()
      count?: number;
    }
    class Asking {
      @Type((about) => (about && 'k7' in about.object ? Line : Order))
      @IsOptional()
      one?: object;
    }
    class Renamed {
      @Expose({ name: 'k7' })
      @IsOptional()
      seventh?: unknown;
    }
    for (const type of [Counting, Asking, Renamed]) {
      const [ours, nests] = await both(type, { count: 0, one: {}, ...keys(200) });
      expect(ours).toStrictEqual(nests);
    }
  });

  it('keeps keys of nested objects, which enclosing rules may count', async () => {
    class Holder {
      @IsNotEmptyObject()
      @ValidateNested()
      @Type(() => Line)
      line: Line;
    }
    const [ours, nests] = await both(Holder, { line: keys(200), ...keys(200) });
    expect(ours).toStrictEqual(nests);
  });

  it('keeps keys of which class-transformer might create instances', async () => {
    const made: unknown[] = [];
    class Note {
      constructor() {
        made.push(this);
      }
    }
    class Noted {
      @IsOptional()
      name?: string;

      declare note: Note;
    }
    Reflect.defineMetadata('design:type', Note, Noted.prototype, 'note');
    const more = { transformOptions: { enableImplicitConversion: true } };
    const [ours, nests] = await both(Noted, { note: {}, ...keys(200) }, more);
    expect(ours).toStrictEqual(nests);
    expect(made).toHaveLength(2);
  });
});
