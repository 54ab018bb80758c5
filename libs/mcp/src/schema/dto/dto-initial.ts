import type { Type } from '@nestjs/common';
import { toDefault } from './dto-property.js';

/** The values of a new instance of a class. */
export interface InitialValues {
  readonly values: Readonly<Record<string, unknown>>;
  /** The values that every instance has, as JSON: the defaults of the schema. */
  readonly defaults: Readonly<Record<string, unknown>>;
}

/**
 * Creates two instances of a class and compares their properties; empty if the class cannot be created without
 * arguments. An initialiser with a different value each time (`randomUUID()`, a counter, the time) is no default.
 */
export function initialValuesOf(type: Type): InitialValues {
  const values = instanceOf(type);
  const jsons = Object.entries(values)
    .map(([name, value]) => [name, toDefault(value)] as const)
    .filter(([, json]) => json !== undefined);
  if (jsons.length === 0) return { values, defaults: {} };
  // Two instances of one millisecond would have the same time.
  if (jsons.some(([, json]) => someTime(json, () => true))) waitForTheNext(Date.now());
  const others = instanceOf(type);
  const now = Date.now();
  const defaults = jsons.filter(
    ([name, json]) =>
      JSON.stringify(json) === JSON.stringify(toDefault(others[name])) &&
      // A time that is rounded to seconds or days would only differ later.
      !someTime(json, (time) => Math.abs(time - now) < DAY),
  );
  return { values, defaults: Object.fromEntries(defaults) };
}

function instanceOf(type: Type): Record<string, unknown> {
  try {
    const instance: unknown = new type();
    return typeof instance === 'object' && instance !== null ? { ...instance } : {};
  } catch {
    return {};
  }
}

const DAY = 86_400_000;

/** The smallest number that counts as a time: a date in 2001, in seconds since 1970. */
const FIRST_TIME = 1_000_000_000;

/** Whether a value contains a time (a date as text, seconds or ms since 1970) for which `asked` returns true. */
function someTime(json: unknown, asked: (time: number) => boolean): boolean {
  if (typeof json === 'object' && json !== null) {
    return Object.values(json).some((item) => someTime(item, asked));
  }
  if (typeof json === 'number') return json >= FIRST_TIME && (asked(json) || asked(json * 1_000));
  if (typeof json !== 'string' || !/\d{4}/u.test(json)) return false;
  const time = Date.parse(json);
  return !Number.isNaN(time) && asked(time);
}

function waitForTheNext(millisecond: number): void {
  while (Date.now() === millisecond);
}
