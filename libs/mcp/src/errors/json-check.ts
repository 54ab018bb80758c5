/** Deeper than this, a value that is no cycle is not written by any sane program. */
const MAX_DEPTH = 200;

/**
 * Throws a `TypeError` for what JSON cannot say: a bigint, a cycle, a `toJSON` that throws. An answer is checked before it is handed
 * on, because a transport that fails to write it has nothing left to answer with. Texts are not looked at, however long they are.
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
