import type { Outcome } from './matrix.rules.js';

/** Faults of the product that the matrix has found: each takes what is wrong out of an outcome, and nothing else. */
const knownFaults: Record<string, (outcome: Outcome) => Outcome> = {
  'BearerAuthGuard.of(a server) around a primitive, or as visibility, leaves its challenge on the HTTP answer':
    (outcome) => {
      if (outcome.challenge?.realm !== 'admin' || outcome.status !== 200) return outcome;
      const { challenge: _, ...rest } = outcome;
      return rest;
    },
};

/** The outcome as it would be without the known faults. */
export function withoutKnownFaults(outcome: Outcome): Outcome {
  return Object.values(knownFaults).reduce((mended, mend) => mend(mended), outcome);
}
