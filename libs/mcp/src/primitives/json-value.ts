import { assertWritable } from '../errors/json-check.js';

/**
 * The returned value cannot be written as JSON, or does not match the declared schema. For the server's log, not for
 * the client.
 */
export class UnusableResultError extends Error {
  override readonly name = 'UnusableResultError';
}

/**
 * The JSON text of a returned value; `space` as in `JSON.stringify`. Throws `UnusableResultError` for values that JSON
 * cannot express.
 */
export function toJsonText(value: unknown, space?: number): string {
  if (value instanceof Error && !('toJSON' in value)) {
    throw new UnusableResultError('an Error is not JSON. Throw it, or return data.');
  }
  let json: string | undefined;
  try {
    assertWritable(value);
    json = JSON.stringify(value, undefined, space);
  } catch (error) {
    throw new UnusableResultError(
      `${(error as Error).message}. Return data: a plain object or an array, without cycles and bigint.`,
    );
  }
  if (json === undefined) throw notData(typeof value);
  // What keeps its content elsewhere (a generator, a promise) is written as an object without properties.
  if (json === '{}' && tagOf(value) !== 'Object') throw notData(tagOf(value));
  return json;
}

/** The value in its JSON form. Throws `UnusableResultError` for values that JSON cannot express. */
export function toJsonValue(value: unknown): unknown {
  return JSON.parse(toJsonText(value)) as unknown;
}

function notData(kind: string): UnusableResultError {
  return new UnusableResultError(`a ${kind} is not JSON. Return data.`);
}

/** `Generator`, `RegExp`, …; `Object` for what may be an object without properties. */
function tagOf(value: unknown): string {
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function') return 'Object';
  return Object.prototype.toString.call(value).slice('[object '.length, -1);
}
