import type { Type as Class, ValidationPipeOptions } from '@nestjs/common';
import { Exclude, Expose, Transform, Type } from 'class-transformer';
import * as cv from 'class-validator';
import * as fc from 'fast-check';

/** Properties that generated classes have; inputs know these, and some more. */
const NAMES = ['a', 'b', 'c', 'size', 'name'];

const GROUPS = ['create', 'update'];

type Decorate = (options: cv.ValidationOptions) => PropertyDecorator;

/** Rules of class-validator, and some of the application, by name. */
const RULES: Readonly<Record<string, Decorate>> = {
  IsString: (o) => cv.IsString(o),
  IsInt: (o) => cv.IsInt(o),
  IsNumber: (o) => cv.IsNumber({}, o),
  IsBoolean: (o) => cv.IsBoolean(o),
  IsArray: (o) => cv.IsArray(o),
  IsObject: (o) => cv.IsObject(o),
  IsIn: (o) => cv.IsIn(['x', 'y', 1, null], o),
  IsEnum: (o) => cv.IsEnum({ X: 'x', Y: 'y' }, o),
  IsEmail: (o) => cv.IsEmail({}, o),
  IsDateString: (o) => cv.IsDateString({}, o),
  IsNotEmpty: (o) => cv.IsNotEmpty(o),
  IsEmpty: (o) => cv.IsEmpty(o),
  IsDefined: (o) => cv.IsDefined(o),
  IsPositive: (o) => cv.IsPositive(o),
  Min: (o) => cv.Min(1, o),
  Max: (o) => cv.Max(10, o),
  Length: (o) => cv.Length(1, 3, o),
  MaxLength: (o) => cv.MaxLength(2, o),
  Matches: (o) => cv.Matches(/^[a-y]+$/, o),
  Equals: (o) => cv.Equals('x', o),
  NotEquals: (o) => cv.NotEquals(null, o),
  ArrayMinSize: (o) => cv.ArrayMinSize(1, o),
  ArrayUnique: (o) => cv.ArrayUnique(o),
  ArrayContains: (o) => cv.ArrayContains(['x'], o),
  Allow: (o) => cv.Allow(o),
  IsOptional: (o) => cv.IsOptional(o),
  ValidateIf: (o) => cv.ValidateIf((object: object) => !('a' in object), o),
  ValidateNested: (o) => cv.ValidateNested(o),
  Custom: (o) => cv.ValidateBy({ name: 'short', validator: { validate: (v) => v !== 'xy' } }, o),
};

/** Decorators of class-transformer, by name. */
const TRANSFORMS: Readonly<Record<string, () => PropertyDecorator>> = {
  Number: () => Type(() => Number),
  String: () => Type(() => String),
  Boolean: () => Type(() => Boolean),
  Date: () => Type(() => Date),
  Expose: () => Expose(),
  Alias: () => Expose({ name: 'alias' }),
  Exclude: () => Exclude(),
  OutOnly: () => Exclude({ toPlainOnly: true }),
  Transform: () => Transform(({ value }: { value: unknown }) => (value === 'x' ? 'y' : value)),
};

interface PropertySpec {
  readonly name: string;
  readonly rules: readonly (readonly [name: string, options: cv.ValidationOptions])[];
  readonly transforms: readonly string[];
  /** What the compiler leaves as `design:type`. */
  readonly design: keyof typeof DESIGNS;
  readonly initial: unknown;
  readonly nested: ClassSpec | undefined;
}

/** A class in words, so that a failure can be shrunk and read. */
export interface ClassSpec {
  readonly properties: readonly PropertySpec[];
  /** Those of a parent class. */
  readonly parent: readonly PropertySpec[];
}

const DESIGNS = { String, Number, Boolean, Array, Object, Date, none: undefined };

const ruleOptions = fc.record(
  {
    each: fc.boolean(),
    always: fc.boolean(),
    groups: fc.subarray(GROUPS, { minLength: 1 }),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<cv.ValidationOptions>;

const plainOptions = fc.constant<cv.ValidationOptions>({});

const rule = fc.tuple(
  fc.constantFrom(...Object.keys(RULES)),
  fc.oneof({ weight: 3, arbitrary: plainOptions }, ruleOptions),
);

/** Mostly simple classes, which the shortcut takes. */
const transforms = fc.oneof(
  { weight: 6, arbitrary: fc.constant<string[]>([]) },
  { weight: 2, arbitrary: fc.subarray(['Number', 'String', 'Boolean'], { maxLength: 1 }) },
  { weight: 1, arbitrary: fc.subarray(Object.keys(TRANSFORMS), { maxLength: 2 }) },
);

const initial = fc.oneof(
  { weight: 6, arbitrary: fc.constant(undefined) },
  fc.constantFrom<unknown>('x', 5, null, true, []),
);

function property(depth: number): fc.Arbitrary<PropertySpec> {
  const nested = depth > 0 ? fc.option(classSpec(depth - 1), { nil: undefined, freq: 3 }) : none;
  return fc.record({
    name: fc.constantFrom(...NAMES),
    rules: fc.oneof(
      { weight: 3, arbitrary: fc.tuple(rule) },
      {
        weight: 1,
        arbitrary: fc.uniqueArray(rule, { minLength: 1, maxLength: 3, selector: ([name]) => name }),
      },
    ),
    transforms,
    design: fc.constantFrom(...(Object.keys(DESIGNS) as (keyof typeof DESIGNS)[])),
    initial,
    nested,
  });
}

const none = fc.constant(undefined);

/** Classes of up to four properties, nested up to `depth` levels. */
export function classSpec(depth = 2): fc.Arbitrary<ClassSpec> {
  const properties = (maxLength: number, minLength = 0) =>
    fc.uniqueArray(property(depth), { minLength, maxLength, selector: ({ name }) => name });
  const parent = fc.oneof(
    { weight: 4, arbitrary: fc.constant<PropertySpec[]>([]) },
    { weight: 1, arbitrary: properties(2, 1) },
  );
  return fc.record({ properties: properties(4, 1), parent });
}

/** Makes the class; `made` hears of each one. */
export function toClass({ properties, parent }: ClassSpec, made: (type: Class) => void): Class {
  const Parent = parent.length > 0 ? toClass({ properties: parent, parent: [] }, made) : Object;
  const Generated = class extends (Parent as Class) {
    constructor() {
      super();
      for (const { name, initial: value } of properties) {
        if (value === undefined) continue;
        (this as Record<string, unknown>)[name] = Array.isArray(value) ? [...value] : value;
      }
    }
  } as Class;
  for (const one of properties) decorate(Generated, one, made);
  made(Generated);
  return Generated;
}

function decorate(type: Class, spec: PropertySpec, made: (type: Class) => void): void {
  const { name, rules, nested, design } = spec;
  const target = type.prototype as object;
  const designed = nested && design !== 'Array' ? Object : DESIGNS[design];
  if (designed) Reflect.defineMetadata('design:type', designed, target, name);
  for (const [decorator, options] of rules) RULES[decorator]?.({ ...options })(target, name);
  for (const decorator of spec.transforms) TRANSFORMS[decorator]?.()(target, name);
  if (!nested) return;
  const Nested = toClass(nested, made);
  Type(() => Nested)(target, name);
  cv.ValidateNested({ each: design === 'Array' })(target, name);
}

/** Options of a pipe, as an application may set them together. */
export const pipeOptions: fc.Arbitrary<ValidationPipeOptions> = fc.record(
  {
    transform: fc.boolean(),
    whitelist: fc.boolean(),
    forbidNonWhitelisted: fc.boolean(),
    forbidUnknownValues: fc.boolean(),
    skipMissingProperties: fc.boolean(),
    skipNullProperties: fc.boolean(),
    skipUndefinedProperties: fc.boolean(),
    stopAtFirstError: fc.boolean(),
    always: fc.boolean(),
    strictGroups: fc.boolean(),
    groups: fc.subarray(GROUPS),
    transformOptions: fc.record(
      {
        enableImplicitConversion: fc.boolean(),
        exposeDefaultValues: fc.boolean(),
        exposeUnsetFields: fc.boolean(),
        excludeExtraneousValues: fc.boolean(),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);

const scalar = fc.oneof(
  fc.constantFrom<unknown>('x', 'y', 'xy', 'xyz', '', '5', 'true', 'a@b.example', '2026-01-01'),
  fc.constantFrom<unknown>(0, 1, 5, 11, -1, 1.5, true, false, null),
);

/** A value that a rule accepts, so that some inputs are valid as a whole. */
const FITTING: Readonly<Record<string, unknown>> = {
  IsInt: 5,
  IsNumber: 5,
  IsBoolean: true,
  IsArray: ['x'],
  IsObject: {},
  IsEmail: 'a@b.example',
  IsDateString: '2026-01-01',
  IsEmpty: null,
  IsPositive: 5,
  Min: 5,
  Max: 5,
  ArrayMinSize: ['x'],
  ArrayUnique: ['x'],
  ArrayContains: ['x'],
};

function fittingOf({ rules }: PropertySpec): fc.Arbitrary<unknown> {
  const [first] = rules;
  const value = FITTING[first?.[0] ?? ''] ?? 'x';
  return fc.constant(first?.[1].each && !Array.isArray(value) ? [value] : value);
}

const KEYS = [...NAMES, 'alias', 'other', 'constructor', 'toString', '__proto__'];

/** JSON that a client may send for a class: values that fit by chance, nested ones, keys that no property has. */
export function inputFor({ properties, parent }: ClassSpec): fc.Arbitrary<unknown> {
  const known = [...parent, ...properties].map((spec) => {
    const { name, nested, design } = spec;
    const object = nested ? inputFor(nested) : fittingOf(spec);
    const list = fc.array(object, { maxLength: 3 });
    const wild = fc.oneof(
      scalar,
      fc.array(scalar, { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...KEYS), scalar, { maxKeys: 2 }),
    );
    const fitting = nested && design === 'Array' ? list : object;
    return [
      name,
      fc.oneof(
        { weight: 6, arbitrary: fitting },
        { weight: 1, arbitrary: list },
        { weight: 1, arbitrary: wild },
      ),
    ] as const;
  });
  const model = Object.fromEntries(known);
  const fields = fc.oneof(
    { weight: 3, arbitrary: fc.record(model) },
    { weight: 1, arbitrary: fc.record(model, { requiredKeys: [] }) },
  );
  const extra = fc.oneof(
    { weight: 5, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.dictionary(fc.constantFrom(...KEYS), scalar, { maxKeys: 1 }) },
  );
  return fc.tuple(fields, extra).map(([one, other]) => ({ ...one, ...other }));
}
