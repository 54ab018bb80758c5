/** The deepest accepted nesting; deeper values count as cycles. */
const MAX_DEPTH = 200;

/**
 * Throws a `TypeError` for values that JSON cannot express: a bigint, a cycle, a `toJSON` that throws. An answer is
 * checked before it is passed on, because a transport that cannot serialise it could not send an error either. Texts
 * are not read, whatever their length.
 */
export function assertJson(value: unknown, depth = 0): void {
  if (typeof value === 'bigint') throw new TypeError('a bigint is not JSON.');
  if (typeof value !== 'object' || value === null) return;
  if (depth > MAX_DEPTH) throw new TypeError('a cycle is not JSON.');
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function') {
    JSON.stringify(value);
    return;
  }
  if (ArrayBuffer.isView(value)) return;
  for (const item of Array.isArray(value) ? value : Object.values(value)) {
    assertJson(item, depth + 1);
  }
}
