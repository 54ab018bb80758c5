import { count, numeric, positiveCount, type ToClaims } from './keyword-claims.js';
import type { JsonSchema } from '../mcp.schema.js';
import { STRING_RULES } from './string.rules.js';

const isPrimitive = (value: unknown): value is string | number | boolean | null =>
  value === null ||
  typeof value === 'string' ||
  typeof value === 'boolean' ||
  (typeof value === 'number' && Number.isFinite(value));

const primitives = (values: unknown): unknown[] =>
  Array.isArray(values) ? values.filter(isPrimitive) : [];

/** The members of an enum object, without the reverse mappings of numeric enums. */
export function enumValues(entity: object): (string | number)[] {
  const values = Object.entries(entity as Record<string, unknown>)
    .filter(([key, value]) => !(typeof value === 'string' && isReverseName(entity, key, value)))
    .map(([, value]) => value)
    .filter((value) => typeof value === 'string' || typeof value === 'number');
  return [...new Set(values)];
}

function isReverseName(entity: object, key: string, value: string): boolean {
  return Object.hasOwn(entity, value) && entity[value as never] === Number(key);
}

/** The schema of these values, with their common type if they have one. */
export function oneOfValues(values: readonly unknown[]): JsonSchema {
  const types = new Set(values.map((value) => (value === null ? 'null' : typeof value)));
  const [type] = types;
  return { ...(types.size === 1 && type !== 'object' && { type }), enum: [...values] };
}

/** The JSON type from which class-transformer creates an instance. */
function instanceClaims(type: unknown): JsonSchema {
  if (type === Date) return { type: 'string', format: 'date-time' };
  if (type === Array || type === Set) return { type: 'array' };
  return [String, Number, Boolean, Buffer, Uint8Array].includes(type as never)
    ? {}
    : { type: 'object' };
}

const ARRAY = { type: 'array' };

/** Every rule of class-validator by the name in its errors, with the constraints that JSON Schema can express. */
export const RULES: Readonly<Record<string, ToClaims>> = {
  ...STRING_RULES,
  isDefined: () => ({ not: { type: 'null' } }),
  equals: ([value]) => (isPrimitive(value) ? { const: value } : {}),
  notEquals: ([value]) => (isPrimitive(value) ? { not: { const: value } } : {}),
  isEmpty: () => ({ enum: ['', null] }),
  isNotEmpty: () => ({ not: { enum: ['', null] } }),
  isIn: ([values]) => {
    const known = primitives(values);
    return known.length > 0 ? oneOfValues(known) : {};
  },
  isNotIn: ([values]) => {
    const known = primitives(values);
    return known.length > 0 ? { not: { enum: known } } : {};
  },
  isEnum: ([entity]) => {
    const values = typeof entity === 'object' && entity !== null ? enumValues(entity) : [];
    return values.length > 0 ? oneOfValues(values) : {};
  },
  isBoolean: () => ({ type: 'boolean' }),
  isInt: () => ({ type: 'integer' }),
  isNumber: ([options]) => {
    const { maxDecimalPlaces } = (options ?? {}) as { maxDecimalPlaces?: unknown };
    return { type: maxDecimalPlaces === 0 ? 'integer' : 'number' };
  },
  min: ([min]) => ({ type: 'number', ...numeric('minimum', min) }),
  max: ([max]) => ({ type: 'number', ...numeric('maximum', max) }),
  isPositive: () => ({ type: 'number', exclusiveMinimum: 0 }),
  isNegative: () => ({ type: 'number', exclusiveMaximum: 0 }),
  isDivisibleBy: ([divisor]) => ({
    type: 'number',
    ...(typeof divisor === 'number' && positiveCount('multipleOf', Math.abs(Math.trunc(divisor)))),
  }),
  // As text, a pair is accepted for each of its parts.
  isLatitude: () => ({
    type: ['number', 'string'],
    minimum: -90,
    maximum: 90,
    pattern: '^[+\\-]?(90(\\.0+)?|[1-8]?\\d(\\.\\d+)?)$|,',
  }),
  isLongitude: () => ({
    type: ['number', 'string'],
    minimum: -180,
    maximum: 180,
    pattern: '^\\s?[+\\-]?(180(\\.0+)?|1[0-7]\\d(\\.\\d+)?|\\d{1,2}(\\.\\d+)?)$|,',
  }),
  isDate: () => ({ type: 'string', format: 'date-time' }),
  minDate: () => ({ type: 'string', format: 'date-time' }),
  maxDate: () => ({ type: 'string', format: 'date-time' }),
  isObject: () => ({ type: 'object' }),
  isNotEmptyObject: () => ({ type: 'object', minProperties: 1 }),
  isInstance: ([type]) => (typeof type === 'function' ? instanceClaims(type) : {}),
  isArray: () => ARRAY,
  arrayContains: ([values]) => ({
    ...ARRAY,
    ...(primitives(values).length > 0 && {
      allOf: primitives(values).map((value) => ({ contains: { const: value } })),
    }),
  }),
  arrayNotContains: ([values]) => ({
    ...ARRAY,
    ...(primitives(values).length > 0 && { not: { contains: { enum: primitives(values) } } }),
  }),
  arrayNotEmpty: () => ({ ...ARRAY, minItems: 1 }),
  arrayMinSize: ([min]) => ({ ...ARRAY, ...positiveCount('minItems', min) }),
  arrayMaxSize: ([max]) => ({ ...ARRAY, ...count('maxItems', max) }),
  arrayUnique: () => ({ ...ARRAY, uniqueItems: true }),
};
