import { ValidationPipe, type ValidationPipeOptions } from '@nestjs/common';
import * as transformerPackage from 'class-transformer';
import { ClassTransformer, Type } from 'class-transformer';
import * as validatorPackage from 'class-validator';
import {
  getFromContainer,
  IsInt,
  IsString,
  Min,
  ValidateNested,
  ValidationError,
  Validator,
} from 'class-validator';
import { createInputPipe } from '../libs/mcp/src/execution/validation.pipe.js';
import {
  prepareShortcut,
  takeShortcut,
} from '../libs/mcp/src/schema/dto/fast-path/dto-shortcut.js';
import { toSchema } from '../libs/mcp/src/schema/to-schema.js';
import { body, outcomeOf, STRICT } from './corpus/nest.comparison.js';

class Item {
  @IsString() sku: string;
}

const refusal = (): ValidationError =>
  Object.assign(new ValidationError(), {
    property: 'sku',
    constraints: { app: 'refused by the application' },
    children: [],
  });

type Validate = (...args: never[]) => Promise<ValidationError[]>;

const ownValidate = validatorPackage.validate as Validate;

/** Packages of an application: they refuse, or change, what the real ones accept. */
const packages: readonly [string, ValidationPipeOptions][] = [
  [
    'a validator that answers by itself',
    { validatorPackage: { ...validatorPackage, validate: async () => [refusal()] } },
  ],
  [
    'a validator that asks the real one and adds to it',
    {
      validatorPackage: {
        ...validatorPackage,
        validate: async (...args: never[]) => [...(await ownValidate(...args)), refusal()],
      },
    },
  ],
  [
    'a validator that adds to the real one by two functions',
    {
      validatorPackage: {
        ...validatorPackage,
        validate: (...args: never[]) => {
          const inner = async () => [...(await ownValidate(...args)), refusal()];
          return inner();
        },
      },
    },
  ],
  [
    'a transformer that takes the text away',
    {
      transformerPackage: {
        ...transformerPackage,
        plainToInstance: (type: typeof Item) => Object.assign(new type(), { sku: 5 }),
      } as never,
    },
  ],
  [
    'a transformer that changes what the real one makes',
    {
      transformerPackage: {
        ...transformerPackage,
        plainToInstance: (...args: Parameters<typeof transformerPackage.plainToInstance>) =>
          Object.assign(transformerPackage.plainToInstance(...args) as object, { sku: 5 }),
      } as never,
    },
  ],
];

/** The packages of a pipe are those of all pipes of the process, until another is made. */
afterEach(() => new ValidationPipe({ validatorPackage, transformerPackage }));

async function isTaken(pipe: ValidationPipe, input: unknown, type: typeof Item): Promise<boolean> {
  await prepareShortcut(pipe);
  return takeShortcut(pipe, input, body(type)) !== undefined;
}

describe('The shortcut for DTOs', () => {
  it('is used if a pipe has the real packages, given explicitly or by default', async () => {
    for (const given of [{}, { validatorPackage, transformerPackage }]) {
      const pipe = new ValidationPipe({ ...STRICT, ...given });
      expect(await isTaken(pipe, { sku: 'a' }, Item)).toBe(true);
    }
  });

  it.each(packages)('is not used if a pipe has %s', async (_name, given) => {
    const appPipe = new ValidationPipe({ ...STRICT, ...given });
    const expected = await outcomeOf(appPipe.transform({ sku: 'a' }, body(Item)));
    expect(expected.kind).toBe('refusal');
    const ours = createInputPipe({ appPipe });
    for (let call = 0; call < 2; call++) {
      expect((await outcomeOf(ours.transform({ sku: 'a' }, body(Item)))).kind).toBe('refusal');
    }
    expect(await isTaken(appPipe, { sku: 'a' }, Item)).toBe(false);
  });

  const patches: readonly [string, object, string, unknown][] = [
    ['Validator', Validator.prototype, 'validate', async () => [refusal()]],
    ['Validator, inside,', Validator.prototype, 'coreValidate', async () => [refusal()]],
    [
      'the validator in the container',
      getFromContainer(Validator),
      'validate',
      async () => [refusal()],
    ],
    [
      'class-transformer',
      ClassTransformer.prototype,
      'plainToInstance',
      (type: typeof Item) => Object.assign(new type(), { sku: 5 }),
    ],
    ['the pipe', ValidationPipe.prototype, 'validate', async () => [refusal()]],
  ];

  it.each(patches)(
    'is not used while %s is patched, before the first input or after it',
    async (_name, target, method, replacement) => {
      const early = createInputPipe({ options: STRICT });
      const late = createInputPipe({ options: STRICT });
      const input = { sku: 'a' };
      expect((await outcomeOf(early.transform(input, body(Item)))).kind).toBe('value');
      const original = Object.getOwnPropertyDescriptor(target, method);
      Object.defineProperty(target, method, {
        value: replacement,
        configurable: true,
        writable: true,
      });
      try {
        for (const pipe of [early, late]) {
          expect((await outcomeOf(pipe.transform(input, body(Item)))).kind).toBe('refusal');
        }
      } finally {
        if (original) Object.defineProperty(target, method, original);
        else Reflect.deleteProperty(target, method);
      }
      expect((await outcomeOf(early.transform(input, body(Item)))).kind).toBe('value');
    },
  );

  class Small {
    @IsInt() @Min(1) n: number;
  }
  class Large {
    @IsInt() @Min(100) n: number;
  }

  const isLarge = (given: unknown): boolean => {
    const { object } = given as { object?: { kind?: string } };
    return object?.kind === 'large';
  };
  const attempt = (work: () => boolean): boolean => {
    try {
      return work();
    } catch {
      return false;
    }
  };
  let flag = false;

  const functions: readonly [string, (given?: unknown) => unknown][] = [
    ['looks at its argument', (given) => (isLarge(given) ? Large : Small)],
    ['looks at it inside try', (given) => (attempt(() => isLarge(given)) ? Large : Small)],
    [
      'looks at it with `in`',
      (given) => ('object' in (given as object) && isLarge(given) ? Large : Small),
    ],
    [
      'looks at it with `in`, inside try',
      (given) => (attempt(() => 'object' in (given as object)) ? Large : Small),
    ],
    [
      'looks at its keys, inside try',
      (given) => (attempt(() => Object.keys(given as object).length > 0) ? Large : Small),
    ],
    [
      'looks at its prototype, inside try',
      (given) => (attempt(() => Object.getPrototypeOf(given) === Object.prototype) ? Large : Small),
    ],
    [
      'copies it, inside try',
      (given) => (attempt(() => 'object' in { ...(given as object) }) ? Large : Small),
    ],
    [
      'looks at `arguments`',
      function (this: unknown, ...given: unknown[]) {
        return attempt(() => isLarge(given[0])) ? Large : Small;
      },
    ],
    ['answers differently later', () => (flag ? Large : Small)],
  ];

  it.each(functions)('is not used if the function of a @Type %s', async (_name, named) => {
    class Box {
      @IsString() kind: string;
      @ValidateNested() @Type(named as () => typeof Small) content: Small;
    }
    const nests = new ValidationPipe(STRICT);
    const ours = createInputPipe({ options: STRICT });
    for (flag of [false, true, false]) {
      for (const kind of ['small', 'large']) {
        for (const n of [0, 5, 500]) {
          const input = { kind, content: { n } };
          const expected = await outcomeOf(nests.transform(copy(input), body(Box)));
          const actual = await outcomeOf(ours.transform(copy(input), body(Box)));
          expect([kind, n, flag, actual]).toEqual([kind, n, flag, expected]);
          const { content } = (actual.value ?? {}) as Box;
          expect(content?.constructor).toBe(
            (expected.value as Box | undefined)?.content?.constructor,
          );
        }
      }
    }
  });

  it('is turned off by `fastPath: false` for every pipe, without a change of the rules', async () => {
    let madeBy = '';
    class Watched {
      @IsString() sku: string;

      constructor() {
        madeBy = String(new Error('made').stack);
      }
    }
    const asksPackages = async (validate: (input: unknown) => unknown): Promise<boolean> => {
      // Classes are planned at their first input.
      await validate({ sku: 'a' });
      await validate({ sku: 'a' });
      return madeBy.includes('TransformOperationExecutor');
    };
    const turnedOff = { options: { fastPath: false } };
    const off = createInputPipe(turnedOff);
    const appPipe = new ValidationPipe(STRICT);
    const ofApp = createInputPipe({ appPipe, ...turnedOff });
    const schemaOf = (validation: ValidationPipeOptions) =>
      toSchema(Watched, { io: 'input', where: 'here', validation });
    const ways: readonly [boolean, (input: unknown) => unknown][] = [
      [false, (input) => createInputPipe().transform(input, body(Watched))],
      [false, (input) => createInputPipe({ appPipe }).transform(input, body(Watched))],
      [true, (input) => off.transform(input, body(Watched))],
      [true, (input) => ofApp.transform(input, body(Watched))],
      [true, (input) => schemaOf(off.validation).validate(input)],
    ];
    for (const [isOff, validate] of ways) expect(await asksPackages(validate)).toBe(isOff);
    const wrong = { sku: 'a', more: 1 };
    expect((await outcomeOf(off.transform(wrong, body(Watched)))).kind).toBe('refusal');
    expect((await outcomeOf(ofApp.transform(wrong, body(Watched)))).kind).toBe('refusal');
  });
});

/** As it comes from a client: plain objects of this realm. */
const copy = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
