import type { Figure } from './figure.js';

/** More than this times what a ratio was in the other run is a regression. */
const NOISE = 1.15;

/** How the ratios of this run stand beside those of another. */
export interface Comparison {
  text: string;
  /** What has become dearer than noise explains. */
  regressions: string[];
}

/** Compares the ratios that both runs have. Absolute times are left out: they are those of a machine. */
export function compareRuns(figures: readonly Figure[], before: readonly Figure[]): Comparison {
  const regressions: string[] = [];
  const lines = figures.flatMap(({ measure, target, ratio }) => {
    const old = before.find((one) => one.measure === measure && one.target === target)?.ratio;
    if (ratio === undefined || old === undefined) return [];
    const change = ratio / old;
    const isWorse = change > NOISE;
    if (isWorse) regressions.push(`${measure}, ${target}`);
    return `${isWorse ? 'WORSE ' : '      '}${old.toFixed(2)} → ${ratio.toFixed(2)}  ${measure}, ${target}`;
  });
  return { text: lines.join('\n'), regressions };
}
