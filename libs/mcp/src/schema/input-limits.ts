/** The deepest accepted nesting of an input (objects and arrays, from the root). */
export const MAX_DEPTH = 100;

/** The longest array whose items class-validator compares with each other (`@ArrayUnique`, in quadratic time). */
export const MAX_COMPARED_ITEMS = 5_000;

/** An input with more values than this is checked against its schema before class-validator runs. */
export const MAX_UNWEIGHED = 10_000;

/** The measured size of an input. */
export interface Measure {
  readonly tooDeep: boolean;
  /** The number of values, containers included. */
  readonly values: number;
  /** The length of the longest array. */
  readonly longestArray: number;
}

/** Measures an input without recursion, in one walk over its own enumerable properties; cycles count as too deep. */
export function measure(input: unknown): Measure {
  let values = 0;
  let longestArray = 0;
  let level: unknown[] = [input];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return { tooDeep: true, values, longestArray };
    const next: unknown[] = [];
    for (const value of level) {
      values++;
      if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) continue;
      if (Array.isArray(value)) longestArray = Math.max(longestArray, value.length);
      for (const child of Array.isArray(value) ? value : Object.values(value)) next.push(child);
    }
    level = next;
  }
  return { tooDeep: false, values, longestArray };
}
