import type { Type } from '@nestjs/common';
import { toDefault } from './dto-property.js';

/** What a new instance of a class holds. */
export interface InitialValues {
  readonly values: Readonly<Record<string, unknown>>;
  /** As JSON, the values that every instance holds: what a schema may call a default. */
  readonly defaults: Readonly<Record<string, unknown>>;
}

/**
 * Makes two instances of a class and reads their properties; nothing where the class cannot be made without arguments.
 * An initialiser that gives another value each time (`randomUUID()`, a counter, the time) is no default.
 */
export function initialValuesOf(type: Type): InitialValues {
  const values = instanceOf(type);
  const jsons = Object.entries(values)
    .map(([name, value]) => [name, toDefault(value)] as const)
    .filter(([, json]) => json !== undefined);
  if (jsons.length === 0) return { values, defaults: {} };
  // Two instances of one millisecond would agree on the time.
  if (jsons.some(([, json]) => someTime(json, () => true))) waitForTheNext(Date.now());
  const others = instanceOf(type);
  const now = Date.now();
  const defaults = jsons.filter(
    ([name, json]) =>
      JSON.stringify(json) === JSON.stringify(toDefault(others[name])) &&
      // A time that is rounded to seconds or days differs only later.
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

/** The smallest number that is taken for a time: seconds since 1970, in 2001. */
const FIRST_TIME = 1_000_000_000;

/** Whether a value holds a time (a date as text, seconds or ms since 1970) that is as asked. */
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
