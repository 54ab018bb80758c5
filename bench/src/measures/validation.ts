import { runOnce } from '../server-process.js';
import { spreadOf, type Spread } from '../statistics.js';

/** CPU of one DTO in µs: by class-validator alone, through Nest's own pipe, and through ours; and how many times as much that is. */
export interface ValidationFigures {
  validate: Spread;
  nests: Spread;
  pipe: Spread;
  ratio: Spread;
}

/** Validates the same input by `plainToInstance` and `validate`, and through the library's pipe. */
export async function measureValidation(): Promise<ValidationFigures> {
  const { validate, nests, pipe } = (await runOnce('validation', {})) as Record<string, number[]>;
  const ratios = (pipe ?? []).map((cpu, round) => cpu / (validate?.[round] ?? Number.NaN));
  return {
    validate: spreadOf(validate ?? []),
    nests: spreadOf(nests ?? []),
    pipe: spreadOf(pipe ?? []),
    ratio: spreadOf(ratios),
  };
}
