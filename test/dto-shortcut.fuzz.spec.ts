import { jest } from '@jest/globals';
import { ValidationPipe, type Type } from '@nestjs/common';
import { getMetadataStorage } from 'class-validator';
import * as fc from 'fast-check';
import {
  prepareShortcut,
  takeShortcut,
} from '../libs/mcp/src/schema/dto/fast-path/dto-shortcut.js';
import { classSpec, inputFor, pipeOptions, toClass } from './corpus/dto.arbitrary.js';
import { body, comparison } from './corpus/nest.comparison.js';

/** `npm run fuzz` sets it; a seed that failed can be given again. */
const { FUZZ_RUNS, FUZZ_SEED } = process.env;
const runs = Number(FUZZ_RUNS ?? 80);
const INPUTS = 8;

/** More unknown keys than are left to the packages where they are stripped. */
const MANY = Object.fromEntries(Array.from({ length: 120 }, (_, index) => [`k${index}`, {}]));

jest.setTimeout(FUZZ_RUNS ? 3_600_000 : 120_000);

/** As it comes from a client: plain objects of this realm, with every key an own one. */
const parse = (json: string): unknown => JSON.parse(json);

/** class-validator looks through all classes that it knows, for each input. */
function forget(types: readonly Type[]): void {
  const { validationMetadatas } = getMetadataStorage() as unknown as {
    validationMetadatas: Map<unknown, unknown>;
  };
  for (const type of types) validationMetadatas.delete(type);
}

const cases = classSpec().chain((spec) =>
  fc.record({
    spec: fc.constant(spec),
    options: fc.oneof(fc.constant({ transform: true, whitelist: true }), pipeOptions),
    inputs: fc.array(
      inputFor(spec).map((input) => JSON.stringify(input)),
      {
        minLength: INPUTS,
        maxLength: INPUTS,
      },
    ),
  }),
);

describe('A generated DTO class', () => {
  it(`gives the same result with this library as with Nest’s own pipe, for ${runs} classes with options and inputs`, async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(cases, async ({ spec, options, inputs }) => {
        const made: Type[] = [];
        const type = toClass(spec, (one) => made.push(one));
        try {
          const difference = comparison(type, options);
          for (const input of inputs) {
            expect(await difference(() => parse(input))).toBeUndefined();
            const wide = () => ({ ...(parse(input) as object), ...MANY });
            expect(await difference(wide)).toBeUndefined();
          }
          const pipe = new ValidationPipe(options);
          await prepareShortcut(pipe);
          for (const input of inputs) if (takeShortcut(pipe, parse(input), body(type))) taken++;
        } finally {
          forget(made);
        }
      }),
      {
        numRuns: runs,
        ...(FUZZ_RUNS === undefined && { seed: 20_261_128 }),
        ...(FUZZ_SEED !== undefined && { seed: Number(FUZZ_SEED) }),
      },
    );
    // Else nothing was compared but Nest with itself.
    expect(taken).toBeGreaterThan(runs / 4);
  });
});
