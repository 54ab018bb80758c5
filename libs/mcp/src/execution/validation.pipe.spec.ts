import {
  BadRequestException,
  HttpException,
  UnprocessableEntityException,
  ValidationPipe,
  type ArgumentMetadata,
  type ValidationError,
  type ValidationPipeOptions,
} from '@nestjs/common';
import { Expose, Transform, Type } from 'class-transformer';
import {
  ArrayNotEmpty,
  IsBoolean,
  IsByteLength,
  IsInt,
  IsOptional,
  IsString,
  IsStrongPassword,
  Max,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { keptRefusal } from '../schema/dto/validation-errors.js';
import { InvalidInputException } from '../errors/invalid-input.exception.js';
import { createInputPipe, type InputPipe } from './validation.pipe.js';

class Item {
  @IsString() @MaxLength(3) sku: string;
  @IsInt() @Max(100) qty: number;
}

class Owner {
  @Expose({ name: 'first_name' }) @IsString() firstName: string;
}

class Order {
  @ArrayNotEmpty() @ValidateNested({ each: true }) @Type(() => Item) items: Item[];
  @IsOptional() @ValidateNested() @Type(() => Owner) owner?: Owner;
  @IsOptional() @IsString({ each: true }) tags?: string[];
  @IsOptional() @IsInt({ message: 'a whole number, please' }) limit?: number;
}

const body = (metatype: ArgumentMetadata['metatype']): ArgumentMetadata => ({
  type: 'body',
  metatype,
});

async function refusalOf(
  pipe: InputPipe,
  input: unknown,
  metatype: ArgumentMetadata['metatype'] = Order,
): Promise<unknown> {
  return pipe.transform(input, body(metatype)).then(
    (value) => value,
    (error: unknown) => (error instanceof InvalidInputException ? error.lines : error),
  );
}

const wrong = {
  items: [
    { sku: 'a', qty: 1 },
    { sku: 'long', qty: 1.5, extra: true },
    { sku: 'b', qty: 1000 },
  ],
  owner: { first_name: 5 },
  tags: ['a', 1],
  limit: 'x',
};

const LINES = [
  'items[1].extra: should not exist (given: true)',
  'items[1].sku: must be shorter than or equal to 3 characters (given: "long")',
  'items[1].qty: must be an integer number (given: 1.5)',
  'items[2].qty: must not be greater than 100 (given: 1000)',
  'owner.first_name: must be a string (given: 5)',
  'tags: each value must be a string (given: ["a",1])',
  'limit: a whole number, please (given: "x")',
];

describe('the pipe of an input', () => {
  it('returns instances, and refuses with one line for each invalid property', async () => {
    const pipe = createInputPipe();
    const order = await pipe.transform({ items: [{ sku: 'a', qty: 1 }] }, body(Order));
    expect(order).toBeInstanceOf(Order);
    expect(await refusalOf(pipe, structuredCopy(wrong))).toEqual(LINES);
    expect(await refusalOf(pipe, {})).toEqual(['items: should not be empty (given: nothing)']);
    expect(await refusalOf(pipe, { items: 5 })).toEqual([
      expect.stringMatching(/^items: .+ \(given: 5\)$/u),
    ]);
  });

  it('leaves values without a class unchanged', async () => {
    const pipe = createInputPipe();
    expect(await pipe.transform('5', body(String))).toBe('5');
    expect(await pipe.transform({ a: 1 }, body(Object))).toEqual({ a: 1 });
    expect(await pipe.transform(7, { type: 'custom', metatype: Order })).toBe(7);
  });

  it('refuses values that are not objects', async () => {
    for (const input of ['text', 5, [], true]) {
      const lines = await refusalOf(createInputPipe(), input);
      // A list is no object either, but class-validator looks for the properties in it first.
      expect(lines).toEqual([expect.stringMatching(/^(input: must be an object|items: )/u)]);
    }
  });

  it('does not repeat secrets', async () => {
    class Login {
      @IsStrongPassword() password: string;
      @ApiProperty({ writeOnly: true }) @IsInt() pin: number;
    }
    expect(await refusalOf(createInputPipe(), { password: 'weak', pin: '1234' }, Login)).toEqual([
      'password: is not strong enough (given: (hidden))',
      'pin: must be an integer number (given: (hidden))',
    ]);
  });

  it('refuses values on which class-transformer fails, and rethrows the errors of the application', async () => {
    class Cat {
      @IsInt() lives: number;
    }
    class Pets {
      @ValidateNested({ each: true })
      @Type(() => Cat, {
        discriminator: { property: 'kind', subTypes: [{ name: 'cat', value: Cat }] },
      })
      pets: Cat[];
    }
    const input = { pets: [{ kind: 'cat', lives: 9 }, null] };
    expect(await refusalOf(createInputPipe(), input, Pets)).toEqual([
      expect.stringMatching(/^pets\[1\]\.?.*: /u),
    ]);
    expect(input.pets[0]).toEqual({ kind: 'cat', lives: 9 });

    class Broken {
      @Transform(() => {
        throw new Error('broken');
      })
      @IsInt()
      n: number;
    }
    expect(await refusalOf(createInputPipe(), { n: 1 }, Broken)).toEqual(new Error('broken'));
    class Bytes {
      @IsByteLength(1, 5) text: string;
    }
    expect(await refusalOf(createInputPipe(), { text: '\uD800' }, Bytes)).toBeInstanceOf(URIError);
  });
});

const unprocessable = (errors: ValidationError[]): HttpException =>
  new UnprocessableEntityException(errors.map(({ property }) => `${property}!`));

const derived = (options: ValidationPipeOptions): InputPipe =>
  createInputPipe({ appPipe: new ValidationPipe(options) });

describe("the application's own pipe", () => {
  it('runs with its options, which also determine the schema', async () => {
    const pipe = derived({
      whitelist: true,
      transform: false,
      groups: ['a'],
      transformOptions: { enableImplicitConversion: true },
    });
    expect(pipe.validation).toMatchObject({
      whitelist: true,
      transform: false,
      groups: ['a'],
      transformOptions: { enableImplicitConversion: true },
    });
    const kept = await derived({ whitelist: true }).transform(
      { items: [{ sku: 'a', qty: 1, extra: 1 }], extra: 1 },
      body(Order),
    );
    expect(kept).toEqual({ items: [{ sku: 'a', qty: 1 }] });
    expect(kept).not.toBeInstanceOf(Order);
  });

  it('is not modified: over HTTP it answers as before', async () => {
    const appPipe = new ValidationPipe({ transform: true });
    const before = Object.entries(appPipe);
    const pipe = createInputPipe({ appPipe });
    await refusalOf(pipe, { items: [] });
    expect(Object.entries(appPipe)).toEqual(before);
    await expect(appPipe.transform({ items: [] }, body(Order))).rejects.toMatchObject({
      response: { message: ['items should not be empty'] },
    });
  });

  it('keeps the behaviour of a subclass', async () => {
    class Trimming extends ValidationPipe {
      override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
        return super.transform({ ...(value as object), limit: 7 }, metadata);
      }
    }
    const pipe = createInputPipe({ appPipe: new Trimming({ transform: true }) });
    expect(await pipe.transform({ items: [{ sku: 'a', qty: 1 }] }, body(Order))).toMatchObject({
      limit: 7,
    });
  });

  it('throws the error of its own exceptionFactory', async () => {
    const error = await refusalOf(derived({ exceptionFactory: unprocessable }), {
      items: [],
    });
    expect(error).toBeInstanceOf(UnprocessableEntityException);
    expect((error as HttpException).getResponse()).toMatchObject({ message: ['items!'] });
  });

  it('throws the value of its factory, even if it is no HTTP exception, and stores the lines for it', async () => {
    const cause = new Error('secret words');
    const exceptionFactory = (): Error => cause;
    const pipe = derived({ exceptionFactory });
    const error: unknown = await pipe
      .transform({ items: [] }, body(Order))
      .catch((e: unknown) => e);
    expect(error).toBe(cause);
    expect(keptRefusal(error)).toEqual(['items: should not be empty (given: [])']);
  });

  it('shows no more than its options allow', async () => {
    const pipe = derived({ disableErrorMessages: true });
    expect(await refusalOf(pipe, { items: [] })).toEqual(['the input is not valid']);
    // `errorFormat` is known to Nest 12 only.
    const grouped = derived({ errorHttpStatusCode: 422, errorFormat: 'grouped' } as object);
    expect(await refusalOf(grouped, { items: [] })).toEqual([
      'items: should not be empty (given: [])',
    ]);
    const bare = derived({ dismissDefaultMessages: true });
    expect(await refusalOf(bare, { items: [] })).toEqual([
      'items: does not satisfy arrayNotEmpty (given: [])',
    ]);
  });

  it('reports a class that it does not know', async () => {
    class Unknown {}
    expect(await refusalOf(derived({ forbidUnknownValues: true }), {}, Unknown)).toEqual([
      'input: an unknown value was passed to the validate function (given: {})',
    ]);
  });

  it('throws a bad request for filters', async () => {
    const error: unknown = await createInputPipe()
      .transform({}, body(Order))
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(BadRequestException);
  });

  it('validates under its own expected type', async () => {
    class Flag {
      @IsBoolean() on: boolean;
    }
    const pipe = derived({ expectedType: Flag });
    expect(await refusalOf(pipe, { on: 'x' })).toEqual([
      'on: must be a boolean value (given: "x")',
    ]);
  });
});

const structuredCopy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
