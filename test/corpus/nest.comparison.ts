import { inspect, isDeepStrictEqual } from 'node:util';
import {
  HttpException,
  ValidationPipe,
  type Type,
  type ValidationPipeOptions,
} from '@nestjs/common';
import { InvalidInputException } from '../../libs/mcp/src/errors/invalid-input.exception.js';
import { createInputPipe } from '../../libs/mcp/src/execution/validation.pipe.js';

export const STRICT = { transform: true, whitelist: true, forbidNonWhitelisted: true };

/** Validations that an application may have, by what they do. */
export const OPTIONS: Readonly<Record<string, ValidationPipeOptions>> = {
  strict: STRICT,
  'not transforming': { ...STRICT, transform: false },
  bare: {},
  'not whitelisting': { transform: true },
  stripping: { transform: true, whitelist: true },
  'skipping what is missing': { ...STRICT, skipMissingProperties: true },
  'skipping null': { ...STRICT, skipNullProperties: true, stopAtFirstError: true },
  'skipping undefined': { ...STRICT, skipUndefinedProperties: true, always: true },
  'refusing what is unknown': { transform: true, forbidUnknownValues: true },
  converting: { ...STRICT, transformOptions: { enableImplicitConversion: true } },
  'exposing defaults': {
    ...STRICT,
    transformOptions: { exposeDefaultValues: true, exposeUnsetFields: false },
  },
};

export const body = (metatype: Type) => ({ type: 'body', metatype }) as const;

/** How an input ends: with a value, with a refusal, or with an error of the class itself. */
export interface Outcome {
  readonly kind: 'value' | 'refusal' | 'error';
  readonly value?: unknown;
}

export async function outcomeOf(result: Promise<unknown>): Promise<Outcome> {
  try {
    return { kind: 'value', value: await result };
  } catch (error) {
    const isRefusal = error instanceof HttpException || error instanceof InvalidInputException;
    return isRefusal ? { kind: 'refusal' } : { kind: 'error', value: String(error) };
  }
}

/**
 * Gives an input to our pipe and to Nest's own. What is promised is `undefined`; else, the input, what came out of ours
 * and out of Nest's, or what our pipe made of the input itself.
 */
export function comparison(
  type: Type,
  options: ValidationPipeOptions,
): (toInput: () => unknown) => Promise<readonly unknown[] | undefined> {
  const nests = new ValidationPipe(options);
  // As a pipe of the application, which has its say over classes without a rule, too.
  const ours = createInputPipe({ appPipe: new ValidationPipe(options) });
  return async (toInput) => {
    const expected = await outcomeOf(nests.transform(toInput(), body(type)));
    const input = toInput();
    const actual = await outcomeOf(ours.transform(input, body(type)));
    if (!isSame(input, toInput())) return [toInput(), input];
    // What makes class-transformer fail, our pipe refuses by the schema.
    const isRefused = expected.kind === 'error' && actual.kind === 'refusal';
    return isRefused || isSame(actual, expected) ? undefined : [toInput(), actual, expected];
  };
}

const WHOLE = { depth: Infinity, maxArrayLength: Infinity, maxStringLength: Infinity };

/** The same values of the same classes, their keys in the same order. */
function isSame(one: unknown, other: unknown): boolean {
  if (isDeepStrictEqual(one, other) && isDeepStrictEqual(keysOf(one), keysOf(other))) return true;
  // Invalid dates are never equal; written out they are, with the classes and the order of the keys.
  return inspect(one, WHOLE) === inspect(other, WHOLE);
}

function keysOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).map(([key, item]) => [key, keysOf(item)]);
}
