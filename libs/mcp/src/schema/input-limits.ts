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
  let values = 1;
  let longestArray = 0;
  let level: object[] = isContainer(input) ? [input] : [];
  for (let depth = 0; level.length > 0; depth++) {
    const next: object[] = [];
    for (const container of level) {
      const isArray = Array.isArray(container);
      const children: readonly unknown[] = isArray ? container : Object.values(container);
      if (isArray) longestArray = Math.max(longestArray, children.length);
      values += children.length;
      if (depth === MAX_DEPTH && children.length > 0) {
        return { tooDeep: true, values, longestArray };
      }
      for (const child of children) if (isContainer(child)) next.push(child);
    }
    level = next;
  }
  return { tooDeep: false, values, longestArray };
}

/** Whether a value has properties of its own that are values of the input. */
function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);
}
