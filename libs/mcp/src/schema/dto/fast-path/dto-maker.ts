import type { ValidationArguments } from 'class-validator';
import type { DtoPlan, Family, PropertyPlan } from './dto-plan.js';
import type { OwnRule } from './own.rules.js';

/**
 * The instance that class-transformer would create of a plain object, if class-validator certainly accepts it without
 * changes. `undefined` means that the packages have to process the input. The input stays unchanged; its depth has been
 * measured before. Throws the errors of constructors and rules.
 */
export function makeDto(plan: DtoPlan, input: unknown): object | undefined {
  return plan.family.isSound && isPlain(input) ? make(plan, input) : undefined;
}

type Fields = Record<string, unknown>;

/** Whether a value is an object of no class, as JSON and an object literal give. */
export function isPlain(value: unknown): value is Readonly<Fields> {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}

function make(plan: DtoPlan, input: Readonly<Fields>): object | undefined {
  const { type, properties } = plan;
  const keys = Object.keys(input);
  for (const key of keys) if (!properties.has(key)) return undefined;
  const instance = new type() as Fields;
  if (Object.getPrototypeOf(instance) !== type.prototype) return undefined;
  if (plan.whitelist) {
    for (const key of Object.keys(instance)) if (!properties.has(key)) return undefined;
  }
  // In the order of the input, as class-transformer assigns them.
  for (const key of keys) {
    const value = transform(properties.get(key) as PropertyPlan, input[key]);
    // class-transformer does not overwrite a function.
    if (value === undefined || typeof instance[key] === 'function') return undefined;
    instance[key] = value;
  }
  for (const property of properties.values()) {
    if (!isValid(property, instance, input, plan.family)) return undefined;
  }
  return instance;
}

/** The value that class-transformer would create; `undefined` if that is not simple. */
function transform(property: PropertyPlan, value: unknown): unknown {
  const { nested, convert, takesList } = property;
  if (!nested && !convert) return copy(value);
  if (value === null) return value;
  if (!property.isAsPlanned()) return undefined;
  if (!Array.isArray(value)) return transformOne(property, value);
  return takesList ? listOf(value, (item) => transformOne(property, item)) : undefined;
}

function transformOne({ nested, convert }: PropertyPlan, value: unknown): unknown {
  if (nested) return isPlain(value) ? make(nested, value) : undefined;
  if (value === null) return value;
  return isScalar(value) ? convert?.(value) : undefined;
}

const isScalar = (value: unknown): boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/** A copy of JSON. */
function copy(value: unknown): unknown {
  if (value === null || isScalar(value)) return value;
  if (Array.isArray(value)) return listOf(value, copy);
  if (!isPlain(value)) return undefined;
  const object: Fields = {};
  for (const key of Object.keys(value)) {
    // class-transformer skips keys with the name of a member of every object, and Nest strips them.
    if (key in Object.prototype || key === 'prototype') return undefined;
    const item = copy(value[key]);
    if (item === undefined) return undefined;
    object[key] = item;
  }
  return object;
}

/** A plain array of the converted items; a gap counts as `undefined`. */
function listOf(items: readonly unknown[], toItem: (item: unknown) => unknown): unknown {
  const list: unknown[] = [];
  for (const item of items) {
    const made = toItem(item);
    if (made === undefined) return undefined;
    list.push(made);
  }
  return list;
}

function isValid(
  property: PropertyPlan,
  instance: Readonly<Fields>,
  input: Readonly<Fields>,
  family: Family,
): boolean {
  const { name, nested } = property;
  const value = instance[name];
  const isMissing = value === undefined || value === null;
  if (isMissing && property.isOptional) return true;
  if (!holdAll(property.defined, value, property, instance, family)) return false;
  if (value === undefined ? property.skipsUndefined : value === null && property.skipsNull) {
    return true;
  }
  if (!holdAll(property.rules, value, property, instance, family)) return false;
  if (!nested || value === undefined) return true;
  // A given value has been converted and is valid; of initialisers, only an empty list is.
  return Object.hasOwn(input, name) ? value !== null : Array.isArray(value) && value.length === 0;
}

function holdAll(
  rules: readonly OwnRule[],
  value: unknown,
  property: PropertyPlan,
  instance: Readonly<Fields>,
  family: Family,
): boolean {
  for (const rule of rules) if (!holds(rule, value, property, instance, family)) return false;
  return true;
}

function holds(
  { metadata, constraint }: OwnRule,
  value: unknown,
  { name: property, targetName }: PropertyPlan,
  object: Readonly<Fields>,
  family: Family,
): boolean {
  const { constraints, each } = metadata;
  // The published types require a list, which may be missing at run time.
  const given = { targetName, property, object, value, constraints } as ValidationArguments;
  if (!each || !(Array.isArray(value) || value instanceof Set || value instanceof Map)) {
    return isTrue(constraint.validate(value, given), family);
  }
  return (
    Array.isArray(value) && value.every((item) => isTrue(constraint.validate(item, given), family))
  );
}

function isTrue(verdict: unknown, family: Family): boolean {
  if (isThenable(verdict)) {
    family.isSound = false;
    Promise.resolve(verdict).catch(() => {});
  }
  return verdict === true;
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value;
