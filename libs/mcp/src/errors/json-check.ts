/** The deepest accepted nesting; deeper values count as cycles. */
const MAX_DEPTH = 200;

/**
 * Throws a `TypeError` for values that JSON cannot express: a bigint, a cycle, a `Map` or `Set`, a `toJSON` that throws.
 * An answer is checked before it is passed on, because a transport that cannot serialise it could not send an error
 * either. Texts are not read, whatever their length.
 */
export function assertJson(value: unknown): void {
  check(value, true, 0);
}

/** The same for a value that is written as JSON right after, which runs each `toJSON`. */
export function assertWritable(value: unknown): void {
  check(value, false, 0);
}

function check(value: unknown, runsToJson: boolean, depth: number): void {
  if (typeof value === 'bigint') throw new TypeError('a bigint is not JSON');
  if (typeof value !== 'object' || value === null) return;
  if (depth > MAX_DEPTH) throw new TypeError('a cycle is not JSON');
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function') {
    if (runsToJson) JSON.stringify(value);
    return;
  }
  if (ArrayBuffer.isView(value)) return;
  if (value instanceof Map || value instanceof Set) {
    throw new TypeError('a Map or Set is not JSON');
  }
  for (const item of Array.isArray(value) ? value : Object.values(value)) {
    check(item, runsToJson, depth + 1);
  }
}
