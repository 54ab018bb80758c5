import { runOnce } from '../server-process.js';
import { spreadOf, type Spread } from '../statistics.js';

/** CPU of one DTO in µs: by class-validator alone, through Nest's own pipe, through ours; and how many times as much as Nest's that is. */
export interface DtoCost {
  validate: Spread;
  nests: Spread;
  pipe: Spread;
  ratio: Spread;
}

/** A DTO of five properties, and one of 40 with nested lists. */
export interface ValidationFigures {
  five: DtoCost;
  forty: DtoCost;
}

const unknown = { median: Number.NaN, low: Number.NaN, high: Number.NaN };
const nothing = { validate: unknown, nests: unknown, pipe: unknown, ratio: unknown };
export const noValidation: ValidationFigures = { five: nothing, forty: nothing };

/** Validates the same inputs by `plainToInstance` and `validate`, through Nest's pipe and through the library's. */
export async function measureValidation(): Promise<ValidationFigures> {
  const { five, forty } = (await runOnce('validation', {})) as Record<string, Rounds>;
  return { five: costOf(five), forty: costOf(forty) };
}

interface Rounds {
  validate: number[];
  nests: number[];
  pipe: number[];
}

function costOf(
  { validate, nests, pipe }: Rounds = { validate: [], nests: [], pipe: [] },
): DtoCost {
  const ratios = pipe.map((cpu, round) => cpu / (nests[round] ?? Number.NaN));
  return {
    validate: spreadOf(validate),
    nests: spreadOf(nests),
    pipe: spreadOf(pipe),
    ratio: spreadOf(ratios),
  };
}
