import { jest } from '@jest/globals';
import { ValidationPipe, type ValidationPipeOptions } from '@nestjs/common';
import * as fc from 'fast-check';
import {
  prepareShortcut,
  takeShortcut,
} from '../libs/mcp/src/schema/dto/fast-path/dto-shortcut.js';
import { toSchema } from '../libs/mcp/src/schema/to-schema.js';
import { CORPUS } from './corpus/classes.corpus.js';
import { body, comparison, OPTIONS, outcomeOf, STRICT } from './corpus/nest.comparison.js';
import { SchemaArbitrary } from './corpus/schema.arbitrary.js';
import { wild } from './corpus/wild.arbitrary.js';

const RUNS = 15;

jest.setTimeout(120_000);

/** What the classes have that the shortcut does not take. */
const LEFT_TO_NEST: Readonly<Record<string, string>> = {
  ListOrders: 'a date',
  PatchUser: 'conditions',
  ContactForm: 'conditions',
  TrimmedName: 'transformations',
  ExposedNames: 'exposed names',
  Drawing: 'discriminators',
  Checkout: 'a discriminator',
  Dates: 'dates',
  Bigs: 'a transformation',
  Settings: 'a map',
  TagSet: 'a set',
  Custom: 'rules of the application',
  Unvalidated: 'classes that are not validated',
  Nothing: 'no rules',
  'Grouped (strict)': 'a field without a rule',
};

describe.each(CORPUS)('%s', (name, type, own) => {
  const schemaOf = (validation: ValidationPipeOptions) =>
    toSchema(type, { io: 'input', where: type.name, validation }).json;

  it.each(Object.entries(OPTIONS))(
    'gives the same result as Nest’s own pipe, %s',
    async (_, options) => {
      const validation = { ...options, ...own };
      const drawn = new SchemaArbitrary(schemaOf(validation)).draw();
      const difference = comparison(type, validation);
      await fc.assert(
        fc.asyncProperty(fc.oneof(drawn, wild(drawn)), async (input) => {
          expect(await difference(() => copy(input))).toBeUndefined();
        }),
        { numRuns: options === STRICT ? RUNS * 4 : RUNS, endOnFailure: true },
      );
    },
  );

  it(`takes the shortcut, ${LEFT_TO_NEST[name] ? `but for ${LEFT_TO_NEST[name]}` : 'if accepted'}`, async () => {
    const validation = { ...STRICT, ...own };
    const pipe = new ValidationPipe(validation);
    await prepareShortcut(pipe);
    let accepted = 0;
    let taken = 0;
    for (const input of fc.sample(new SchemaArbitrary(schemaOf(validation)).draw(), RUNS)) {
      const { kind } = await outcomeOf(pipe.transform(copy(input), body(type)));
      if (kind === 'value') accepted++;
      if (takeShortcut(pipe, copy(input), body(type))) taken++;
    }
    // Names that every object has are left to Nest, too.
    const least = LEFT_TO_NEST[name] ? 0 : RUNS * 0.8;
    const most = LEFT_TO_NEST[name] ? 0 : accepted;
    expect(taken).toBeGreaterThanOrEqual(least);
    expect(taken).toBeLessThanOrEqual(most);
  });
});

/** As it comes from a client: plain objects of this realm. */
const copy = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
