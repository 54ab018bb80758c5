import { setImmediate } from 'node:timers/promises';
import { ValidationPipe, type Type as Class } from '@nestjs/common';
import { Exclude, Expose, Transform, Type } from 'class-transformer';
import {
  Allow,
  ArrayNotEmpty,
  ArrayUnique,
  Equals,
  IsArray,
  IsDefined,
  IsIn,
  IsInstance,
  IsInt,
  IsNotEmpty,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  Min,
  registerDecorator,
  Validate,
  ValidateIf,
  ValidateNested,
  ValidatorConstraint,
  type ValidationArguments,
} from 'class-validator';
import { createInputPipe } from '../libs/mcp/src/execution/validation.pipe.js';
import {
  prepareShortcut,
  takeShortcut,
} from '../libs/mcp/src/schema/dto/fast-path/dto-shortcut.js';
import { body, comparison, OPTIONS, outcomeOf, STRICT } from './corpus/nest.comparison.js';

class Item {
  @IsString() sku: string;
  @IsOptional() @IsInt() @Min(1) qty?: number = 1;
}

class Order {
  @IsArray() @ArrayNotEmpty() @ValidateNested({ each: true }) @Type(() => Item) items: Item[];
  @IsOptional() @ValidateNested() @Type(() => Item) gift?: Item;
  @ValidateNested({ each: true }) @Type(() => Item) more: Item[] = [];
  @IsOptional() @IsObject() meta?: object;
  @IsOptional() @IsString({ each: true }) @ArrayUnique() tags?: string[];
}

class Loose {
  @IsOptional() meta?: unknown;
  @IsOptional() items?: unknown;
}

class Node {
  @IsString() name: string;
  @IsOptional() @ValidateNested({ each: true }) @Type(() => Node) children?: Node[];
}

class Base {
  @IsString() a: string;
  @IsNumber() b = 5;
}

class Derived extends Base {
  @IsInt() @Max(10) override b = 7;
  @IsDefined() @IsIn(['x', null]) c: string | null = 'x';
  @Allow() d: unknown;
}

class Query {
  @Type(() => Number) @IsInt() limit = 20;
  @Type(() => String) @IsString({ each: true }) words: string[] = [];
  @Type(() => Boolean) flag = true;
}

class Texts {
  @IsString({ each: true }) texts: unknown;
}

class Lists {
  @IsOptional() @IsArray() plain?: unknown[];
  @IsOptional() @ValidateNested() @Type(() => Item) set?: Set<Item>;
}

class Mapped {
  @ValidateNested() @Type(() => Item) map: Map<string, Item>;
}

class MoreThanArray extends Array<unknown> {}

class Misfilled {
  @ValidateNested() @Type(() => Item) item = Object.assign(new Item(), { sku: 5 });
}

class Filled {
  @ValidateNested() @Type(() => Item) item = new Item();
  @IsNotEmpty({ each: true }) set = new Set(['']);
}

const item = { sku: 'a' };

describe('The shortcut and Nest’s own pipe give the same result for', () => {
  it.each<[string, Class, readonly (() => unknown)[]]>([
    [
      'nested classes',
      Order,
      [
        () => ({ items: [item, { ...item, qty: 2 }], gift: item, tags: ['a', 'b'] }),
        () => ({ items: [item], more: [item] }),
        () => ({ items: [item], more: null }),
        () => ({ items: [item], gift: null, meta: null }),
        () => ({ items: [item, null] }),
        () => ({ items: [item, 'text'] }),
        () => ({ items: [[item]] }),
        () => ({ items: [[]] }),
        () => ({ items: [Object.assign(new Item(), item)] }),
        () => ({ items: item }),
        () => ({ items: [{ sku: 5 }] }),
        () => ({ items: [{ sku: 'a', extra: 1 }] }),
        () => ({ items: [item], gift: [item] }),
        () => ({ items: [item], gift: 'text' }),
        () => ({ items: [item], tags: ['a', 'a'] }),
        () => ({ tags: [], items: [item] }),
        () => ({ items: [] }),
        () => ({}),
      ],
    ],
    [
      'a class that nests itself',
      Node,
      [
        () => ({ name: 'a', children: [{ name: 'b', children: [{ name: 'c' }] }] }),
        () => ({ name: 'a', children: [{ name: 'b', children: [{ name: 5 }] }] }),
      ],
    ],
    [
      'inheritance and initialisers',
      Derived,
      [
        () => ({ a: 'a' }),
        () => ({ c: null, b: 3, a: 'a' }),
        () => ({ a: 'a', b: 11 }),
        () => ({ a: 'a', c: 'y' }),
        () => ({ d: { deep: [1, { x: null }] }, a: 'a' }),
        () => ({ b: undefined, a: 'a' }),
      ],
    ],
    [
      'conversions',
      Query,
      [
        () => ({ limit: '5', words: [1, true, null], flag: 'false' }),
        () => ({ limit: 'five' }),
        () => ({ limit: [5], words: 'text' }),
        () => ({ limit: { valueOf: 5 }, words: [{}] }),
        () => ({ limit: null, flag: null }),
        () => ({ limit: 5n }),
      ],
    ],
    [
      'each',
      Texts,
      [
        () => ({ texts: ['a', 'b'] }),
        () => ({ texts: 'a' }),
        () => ({ texts: ['a', 1] }),
        () => ({ texts: [] }),
        () => ({ texts: [['a']] }),
        () => ({ texts: new Set(['a']) }),
        () => ({ texts: new Map([['key', 'a']]) }),
      ],
    ],
    [
      'lists',
      Lists,
      [
        () => ({ plain: ['a', null, 1] }),
        () => ({ plain: [{ a: 1 }] }),
        () => ({ plain: [['a']] }),
        () => ({ plain: new MoreThanArray() }),
        () => ({ plain: { 0: 'a' } }),
        () => ({ set: [item] }),
        () => ({ set: new Set([item]) }),
      ],
    ],
    ['maps', Mapped, [() => ({ map: { a: item } }), () => ({ map: new Map([['a', item]]) })]],
    ['wrong initialisers', Misfilled, [() => ({}), () => ({ item })]],
    [
      'objects in initialisers',
      Filled,
      [() => ({}), () => ({ item }), () => ({ set: ['a'], item })],
    ],
  ])('%s', async (_, type, inputs) => {
    for (const options of Object.values(OPTIONS)) {
      const difference = comparison(type, options);
      for (const input of inputs) expect(await difference(input)).toBeUndefined();
    }
  });

  it('keys that every object inherits, gaps, and objects that are not plain', async () => {
    class Own {
      @IsInt() n = 1;
    }
    const inputs: (() => unknown)[] = [
      () => ({ meta: JSON.parse('{"toString": 1}') as unknown }),
      () => ({ meta: { valueOf: { a: 1 } } }),
      () => ({ meta: [{ hasOwnProperty: 1 }] }),
      () => ({ meta: { a: undefined } }),
      () => ({ meta: Object.create(null) as unknown }),
      () => ({ meta: new Own() }),
      () => ({ meta: new Date(0) }),
      () => ({ meta: new Map([['a', 1]]) }),
      () => ({ meta: Buffer.from('a') }),
      () => Object.assign(Object.create(null) as object, { items: [] }),
      () => Object.assign(new Own(), {}),
      () => [],
      () => [{ items: [item] }],
      () => undefined,
      () => null,
      () => 'text',
      () => 5,
      () => new Map(),
    ];
    for (const options of Object.values(OPTIONS)) {
      const difference = comparison(Loose, options);
      for (const input of inputs) expect(await difference(input)).toBeUndefined();
    }
  });

  it('keys that Nest strips', async () => {
    const pipe = createInputPipe();
    const nests = new ValidationPipe(STRICT);
    const inputs = ['{"__proto__": {"meta": 1}}', '{"constructor": 1}', '{"prototype": {}}'];
    for (const text of [...inputs, ...inputs.map((inner) => `{"meta": ${inner}}`)]) {
      const parsed = (): unknown => JSON.parse(text);
      const expected = await outcomeOf(nests.transform(parsed(), body(Loose)));
      expect(await outcomeOf(pipe.transform(parsed(), body(Loose)))).toStrictEqual(expected);
      expect(await shortcut(nests, parsed(), body(Loose))).toBeUndefined();
    }
  });
});

function broken(): boolean {
  throw new Error('broken');
}

/** What only Nest's own pipe can tell. */
const LEFT_TO_NEST: readonly (readonly [string, () => Class, unknown])[] = [
  [
    'a transformation',
    () => {
      class Dto {
        @Transform(({ value }) => (value as number) + 1) @IsInt() n: number;
      }
      return Dto;
    },
    { n: 1 },
  ],
  [
    'an excluded property',
    () => {
      class Dto {
        @Exclude() @IsOptional() @IsInt() n = 7;
      }
      return Dto;
    },
    { n: 1 },
  ],
  [
    'an exposed property that is not given',
    () => {
      class Dto {
        @IsOptional() @IsInt() n = 7;
        @Expose() @Allow() other = 8;
      }
      return Dto;
    },
    { n: 1 },
  ],
  [
    'a class that exposes nothing by itself',
    () => {
      @Exclude()
      class Dto {
        @IsOptional() @IsInt() n?: number;
      }
      return Dto;
    },
    { n: 1 },
  ],
  [
    'a type that looks at the object',
    () => {
      class Dto {
        @ValidateNested()
        @Type((options) => (options?.object['n'] === 1 ? Item : Order))
        item: Item;
        @IsInt() n: number;
      }
      return Dto;
    },
    { n: 1, item },
  ],
  [
    'a condition',
    () => {
      class Dto {
        @ValidateIf((dto: Dto) => dto.n === 1) @IsString() text: string;
        @IsInt() n: number;
      }
      return Dto;
    },
    { n: 0, text: 5 },
  ],
  [
    'a rule with a condition',
    () => {
      class Dto {
        @IsString({ validateIf: broken }) text: string;
      }
      return Dto;
    },
    { text: 'text' },
  ],
  [
    'a rule that is asked for a class',
    () => {
      class Dto {
        @IsInstance(Item) @Type(() => Item) item: Item;
      }
      return Dto;
    },
    { item },
  ],
  [
    'accessors',
    () => {
      class Dto {
        private kept = 0;
        @IsInt()
        get n(): number {
          return this.kept;
        }
        set n(value: number) {
          this.kept = value * 2;
        }
        @Allow() get fixed(): number {
          return 1;
        }
      }
      Allow()(Dto.prototype, 'kept');
      return Dto;
    },
    { n: 1 },
  ],
  [
    'a property of the name of a method',
    () => {
      class Dto {
        @IsOptional() run(): number {
          return 1;
        }
      }
      return Dto;
    },
    { run: 5 },
  ],
  [
    'an initialiser that is a function',
    () => {
      class Dto {
        @Allow() run: unknown = String;
      }
      return Dto;
    },
    { run: 5 },
  ],
  [
    'a constructor that returns something else',
    () => {
      class Dto {
        @IsOptional() n?: number;
        constructor() {
          return { n: 3 };
        }
      }
      return Dto;
    },
    { n: 5 },
  ],
  [
    'a nested class without rules',
    () => {
      class Empty {}
      class Dto {
        @ValidateNested() @Type(() => Empty) empty: Empty;
      }
      return Dto;
    },
    { empty: {} },
  ],
  [
    'a nested object without a class',
    () => {
      class Dto {
        @ValidateNested() empty: object;
      }
      return Dto;
    },
    { empty: {} },
  ],
];

describe('The shortcut leaves to Nest’s own pipe', () => {
  it.each(LEFT_TO_NEST)('%s', async (_, toClass, input) => {
    const type = toClass();
    for (const options of Object.values(OPTIONS)) {
      const difference = comparison(type, options);
      expect(await difference(() => parsedCopy(input))).toBeUndefined();
      expect(await shortcut(new ValidationPipe(options), parsedCopy(input), body(type))).toBe(
        undefined,
      );
    }
  });

  it.each<[string, ValidationPipe]>([
    ['a pipe of another type', new ValidationPipe({ ...STRICT, expectedType: Item })],
    ['options that are not known', new ValidationPipe({ ...STRICT, later: true } as object)],
    ['groups of class-transformer', new ValidationPipe({ transformOptions: { groups: ['a'] } })],
    [
      'an overridden check',
      new (class extends ValidationPipe {
        protected override toValidate(): boolean {
          return false;
        }
      })(STRICT),
    ],
    [
      'an overridden validator',
      new (class extends ValidationPipe {
        protected override validate(): [] {
          return [];
        }
      })(STRICT),
    ],
    ['a pipe that is changed', Object.assign(new ValidationPipe(STRICT), { transform: () => 'x' })],
  ])('%s', async (_, pipe) => {
    expect(await shortcut(new ValidationPipe(STRICT), { sku: 'a' }, body(Item))).toBeInstanceOf(
      Item,
    );
    expect(await shortcut(pipe, { sku: 'a' }, body(Item))).toBeUndefined();
  });

  it('a constructor that sometimes returns another object', async () => {
    let made = 0;
    class Dto {
      @IsOptional() n?: number;
      constructor() {
        return made++ % 2 === 1 ? { n: 3 } : this;
      }
    }
    expect(await shortcut(new ValidationPipe(STRICT), { n: 5 }, body(Dto))).toBeUndefined();
  });

  it('a pattern with state', async () => {
    class Dto {
      @Matches(/a/y) text: string;
    }
    expect(await shortcut(new ValidationPipe(STRICT), { text: 'a' }, body(Dto))).toBeUndefined();
  });

  it('a value that no client can send', async () => {
    const pipe = new ValidationPipe(STRICT);
    const custom = { type: 'custom', metatype: Item } as const;
    expect(await shortcut(pipe, { sku: 'a' }, custom)).toBeUndefined();
    expect(await shortcut(pipe, { sku: 'a' }, { type: 'body', metatype: Object })).toBeUndefined();
  });
});

describe('The rules of the application', () => {
  class Asked {
    @Validate(
      class {
        validate = (): boolean => true;
      },
    )
    n: number;
  }

  function Counted(name: string, verdict: (args: ValidationArguments) => unknown) {
    return (target: object, propertyName: string): void => {
      registerDecorator({
        name,
        target: target.constructor,
        propertyName,
        validator: { validate: (_, args) => verdict(args as ValidationArguments) as boolean },
      });
    };
  }

  it('are left to Nest if they are classes, whatever their name', async () => {
    @ValidatorConstraint({ name: 'isString' })
    class Rule {
      validate(): boolean {
        return true;
      }
    }
    class Dto {
      @IsOptional() n?: number;
    }
    const registered = { name: 'isString', target: Dto, propertyName: 'n', validator: Rule };
    const pipe = new ValidationPipe(STRICT);
    expect(await shortcut(new ValidationPipe(STRICT), { n: 1 }, body(Dto))).toBeInstanceOf(Dto);
    registerDecorator(registered);
    expect(await shortcut(pipe, { n: 1 }, body(Dto))).toBeUndefined();
  });

  it('are evaluated once', async () => {
    let asked = 0;
    class Dto {
      @Counted('isTaken', () => ++asked > 1) name: string;
    }
    const pipe = createInputPipe();
    expect((await outcomeOf(pipe.transform({ name: 'a' }, body(Dto)))).kind).toBe('refusal');
    expect(asked).toBe(1);
    expect(await shortcut(new ValidationPipe(STRICT), { n: 1 }, body(Asked))).toBeUndefined();
  });

  it('are not evaluated again after they have returned a promise', async () => {
    let asked = 0;
    class Dto {
      @Counted('isEmail', () => {
        asked++;
        return Promise.reject(new Error('late'));
      })
      email: string;
    }
    const pipe = new ValidationPipe(STRICT);
    for (let call = 0; call < 3; call++) {
      expect(await shortcut(pipe, { email: 'a' }, body(Dto))).toBeUndefined();
      // A rejection without a handler would end the process here.
      await setImmediate();
    }
    expect(asked).toBe(1);
  });

  it('decide, even if they have the name of one of class-validator’s own', async () => {
    class Pair {
      @IsString() a: string;
      @Counted('equals', ({ object, value }) => (object as Pair).a === value) b: string;
    }
    class LateAnswer {
      @Counted('isEmail', ({ value }) => Promise.resolve(value === 'yes')) email: string;
    }
    for (const options of Object.values(OPTIONS)) {
      const difference = comparison(Pair, options);
      const late = comparison(LateAnswer, options);
      for (const b of ['x', 'y', 5])
        expect(await difference(() => ({ a: 'x', b }))).toBeUndefined();
      for (const email of ['yes', 'no', 'yes']) {
        expect(await late(() => ({ email }))).toBeUndefined();
      }
    }
  });
});

describe('Constants of rules', () => {
  it('are compared with what class-transformer makes', async () => {
    const shared = { a: 1 };
    class Dto {
      @Equals(shared) value: unknown;
    }
    const outcome = await outcomeOf(createInputPipe().transform({ value: shared }, body(Dto)));
    expect(outcome.kind).toBe('refusal');
  });
});

/** What the shortcut makes of an input, once it knows the pipe. */
async function shortcut(...[pipe, input, metadata]: Parameters<typeof takeShortcut>) {
  await prepareShortcut(pipe);
  return takeShortcut(pipe, input, metadata);
}

/** Objects of this realm. */
const parsedCopy = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
