import { jest } from '@jest/globals';
import type { Type, ValidationPipeOptions } from '@nestjs/common';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import { instanceToPlain } from 'class-transformer';
import * as fc from 'fast-check';
import { createInputPipe, type InputPipe } from '../libs/mcp/src/execution/validation.pipe.js';
import { InvalidInputException } from '../libs/mcp/src/errors/invalid-input.exception.js';
import { toSchema } from '../libs/mcp/src/schema/to-schema.js';
import { CORPUS } from './corpus/classes.corpus.js';
import { SchemaArbitrary } from './corpus/schema.arbitrary.js';
import { Custom } from './corpus/shapes.corpus.js';
import { wild } from './corpus/wild.arbitrary.js';

const RUNS = 100;

jest.setTimeout(60_000);

const STRICT: ValidationPipeOptions = {
  transform: true,
  whitelist: true,
  forbidNonWhitelisted: true,
};

interface Subject {
  readonly json: Record<string, unknown>;
  readonly pipe: InputPipe;
  readonly fits: ValidateFunction;
  readonly type: Type;
}

function subject(type: Type, options: ValidationPipeOptions): Subject {
  const pipe = createInputPipe({ options: { ...STRICT, ...options } });
  const { json } = toSchema(type, { io: 'input', where: type.name, validation: pipe.validation });
  // Ajv's own strictness, so that no schema is written that it (or a client like it) would find doubtful.
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    strictTypes: false,
    strictRequired: false,
  });
  for (const [name, format] of Object.entries(fullFormats)) ajv.addFormat(name, format);
  return { json, pipe, fits: ajv.compile(json), type };
}

async function accepted({ pipe, type }: Subject, input: unknown): Promise<unknown> {
  try {
    return { value: await pipe.transform(copy(input), { type: 'body', metatype: type }) };
  } catch (error) {
    if (error instanceof InvalidInputException) return error.lines.join('\n');
    throw error;
  }
}

/** What the docs list as not promised: lists for nested objects, bare values for lists, names of numeric enums, … */
function isKnownLaxness({ keyword, schema, data, instancePath }: ErrorObject): boolean {
  const wants = (type: string): boolean =>
    schema === type || (Array.isArray(schema) && schema.includes(type));
  if (keyword === 'type' && wants('object')) return Array.isArray(data);
  if (keyword === 'type' && wants('array')) return !Array.isArray(data);
  if (keyword === 'enum') return ['Low', 'Normal', 'High'].includes(String(data));
  // A discriminator that is not known falls back to the base class.
  return keyword === 'oneOf' || /^\/(main|others|payment)/u.test(instancePath);
}

const totals = { classes: 0, drawn: 0, wild: 0, acceptedWild: 0, lax: 0 };

describe.each(CORPUS)('%s', (_, type, options) => {
  const tested = subject(type, options);
  const drawn = new SchemaArbitrary(tested.json).draw();

  it('accepts what its schema accepts', async () => {
    totals.classes++;
    await fc.assert(
      fc.asyncProperty(drawn, async (input) => {
        totals.drawn++;
        expect([tested.fits(input), tested.fits.errors]).toEqual([true, null]);
        // A custom validator is the application's code: no schema can say what it accepts.
        if (type === Custom) return;
        expect([input, await accepted(tested, input)]).toEqual([
          input,
          { value: expect.anything() },
        ]);
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });

  it('has a schema that accepts what it accepts', async () => {
    await fc.assert(
      fc.asyncProperty(wild(drawn), async (input) => {
        totals.wild++;
        const outcome = await accepted(tested, input);
        if (typeof outcome === 'string') return;
        totals.acceptedWild++;
        if (tested.fits(input)) return;
        const errors = tested.fits.errors ?? [];
        // What @Type() converts is seen after the conversion.
        if (tested.fits(plainOf((outcome as { value: unknown }).value))) return;
        const leaves = errors.filter(
          ({ keyword, schema }) => keyword !== 'anyOf' && schema !== 'null',
        );
        const unexplained = leaves.filter((error) => !isKnownLaxness(error));
        if (unexplained.length === 0) totals.lax++;
        expect(
          unexplained.map(({ instancePath, message }) => `${instancePath} ${message}`),
        ).toEqual([]);
      }),
      { numRuns: RUNS * 2, endOnFailure: true },
    );
  });
});

/** As it comes from a client: plain objects of this realm. */
const copy = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? String(item) : item)),
  );

function plainOf(value: unknown): unknown {
  try {
    return copy(instanceToPlain(value));
  } catch {
    // class-transformer cannot write an object back whose discriminator it did not know.
    return undefined;
  }
}

afterAll(() => {
  process.stdout.write(`corpus: ${JSON.stringify(totals)}\n`);
});
