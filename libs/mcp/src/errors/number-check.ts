import { inspect } from 'node:util';
import { McpConfigurationError } from './configuration.error.js';

/** The longest time in ms that a timer supports. */
export const longestTime = 2 ** 31 - 1;

/** The numbers that an option takes: whole ones, and `Infinity` where it has a meaning. */
export interface NumberRange {
  readonly least: 0 | 1;
  readonly most?: number;
  /** The meaning of `Infinity`; without it `Infinity` is refused. */
  readonly infinity?: string;
}

/** The numbers that limit the time of a call. */
export const timeLimit: NumberRange = { least: 1, most: longestTime, infinity: 'no limit' };

/** Whether a value is a number in the range. */
export function isInRange(
  value: unknown,
  { least, most = Infinity, infinity }: NumberRange,
): value is number {
  if (value === Infinity) return infinity !== undefined;
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}

/** Throws `McpConfigurationError` for a value that is not in the range. `undefined` is the default of every option. */
export function checkNumber(where: string, value: unknown, range: NumberRange): void {
  if (value === undefined || isInRange(value, range)) return;
  const { least, most = Infinity, infinity } = range;
  const numbers = most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`;
  const none = infinity === undefined ? '' : `, or Infinity for ${infinity}`;
  throw new McpConfigurationError(
    where,
    `${inspect(value)} is out of bounds.`,
    `Give a whole number ${numbers}${none}.`,
  );
}
