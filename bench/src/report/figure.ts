import { ratio, type Cost } from '../load.js';
import type { SoakFigures } from '../measures/soak.js';
import type { Spread } from '../statistics.js';

/** One line of the table: what was to be reached, what was measured. */
export interface Figure {
  measure: string;
  target: string;
  measured: string;
  /** `undefined`: could not be measured here. */
  reached: boolean | undefined;
  /** A ratio, where the figure is one: another run can be compared with it. */
  ratio?: number;
}

export const KIB = 1024;

/** How many times as much the one needs as the other. */
export function between(costs: Map<string, Cost>, one: string, other: string): Spread | undefined {
  const [left, right] = [costs.get(one), costs.get(other)];
  return left && right ? ratio(left, right) : undefined;
}

/** The same, times a number. */
export function scaled({ median, low, high }: Spread, by: number): Spread {
  return { median: median * by, low: low * by, high: high * by };
}

/** A ratio that has a bound. */
export function atMost(
  measure: string,
  target: string,
  value: Spread | undefined,
  most: number,
): Figure {
  if (!value || Number.isNaN(value.median)) return unmeasured(measure, target);
  const { median, low, high } = value;
  return {
    measure,
    target,
    measured: `${median.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`,
    reached: median <= most,
    ratio: median,
  };
}

/** What the run has left out. */
export function unmeasured(measure: string, target: string): Figure {
  return { measure, target, measured: 'not measured', reached: undefined };
}

/** Bytes of the heap that have a bound. */
export function heap(measure: string, kib: number, bytes = Number.NaN): Figure {
  if (Number.isNaN(bytes)) return unmeasured(measure, `≤ ${kib} KiB of heap`);
  return {
    measure,
    target: `≤ ${kib} KiB of heap`,
    measured: `${(bytes / KIB).toFixed(1)} KiB`,
    reached: bytes <= kib * KIB,
  };
}

/** Whether it is a server of this library. */
export function isOurs({ name }: SoakFigures): boolean {
  return name.startsWith('ours');
}

/** What the compiler and the collector leave lying about is not a leak: one MiB in all is taken for none. */
export function flat(what: string, { name, count, heap, each }: SoakFigures): Figure {
  const grown = (heap.at(-1) ?? 0) - (heap[0] ?? 0);
  return {
    measure: `heap, ${count.toLocaleString('en')} ${what}, ${name}`,
    target: 'flat (≤ 1 MiB in all)',
    measured: `${(grown / KIB / KIB).toFixed(2)} MiB, ${each.toFixed(1)} B each`,
    reached: grown <= KIB * KIB,
  };
}
