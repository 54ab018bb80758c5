/** Deepest nesting of an input that is looked at (objects and arrays, from the root). */
export const MAX_DEPTH = 100;

/** Longest array whose items class-validator is asked to compare with each other (`@ArrayUnique`: quadratic). */
export const MAX_COMPARED_ITEMS = 5_000;

/** Above this many values an input is weighed by its schema before class-validator takes its time. */
export const MAX_UNWEIGHED = 10_000;

/** What an input weighs. */
export interface Measure {
  readonly tooDeep: boolean;
  /** How many values there are in it, containers included. */
  readonly values: number;
  /** Length of its longest array. */
  readonly longestArray: number;
}

/** Weighs an input without recursion, in one walk over its own enumerable properties; cycles count as too deep. */
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
