import type { Type, ValidationPipe, ValidationPipeOptions } from '@nestjs/common';
import type { ClassTransformOptions } from 'class-transformer';
import type { Advice } from '../../errors/boot-advice.js';
import { McpConfigurationError } from '../../errors/configuration.error.js';
import { hasRules } from './class-validator-storage.js';
import { toPlain } from './dto-serializer.js';
import {
  collecting,
  createValidationPipe,
  DEFAULT_VALIDATION,
  runPipe,
  ValidationFailure,
  type McpValidationOptions,
} from './dto-validator.js';
import { DtoWalker, type DtoDocument } from './dto-walker.js';
import { measure } from '../input-limits.js';
import { compileJsonSchema } from '../json-schema-validator.js';
import type { McpSchema, SchemaResult } from '../mcp.schema.js';

/** The settings that the schema of an input class depends on. */
export interface DtoInputOptions {
  readonly validation?: McpValidationOptions | undefined;
  /** Whether that validation comes from a pipe of the application. */
  readonly byApplication?: boolean | undefined;
  readonly advise?: ((advice: Advice, subject: string) => void) | undefined;
}

/** The schema of a DTO class for inputs: validated and transformed as Nest's `ValidationPipe` does. */
export function dtoInputSchema(type: Type, where: string, options: DtoInputOptions): McpSchema {
  const { validation = DEFAULT_VALIDATION, byApplication = false, advise } = options;
  const document = describeDtoInput(type, where, validation, byApplication);
  if (!hasRules(type)) {
    advise?.(byApplication && validation.whitelist ? REFUSED : TAKEN, `${type.name} (${where})`);
    if (!byApplication) return { json: document.json, validate: takeAsItComes };
  }
  return {
    json: document.json,
    validate: (value) => validateDto(validation, type, value, document),
  };
}

const pipes = new WeakMap<ValidationPipeOptions, Promise<ValidationPipe>>();

/** One pipe for all classes with the same options. */
function pipeFor(validation: ValidationPipeOptions): Promise<ValidationPipe> {
  const pipe = pipes.get(validation) ?? createValidationPipe(validation).then(collecting);
  pipes.set(validation, pipe);
  return pipe;
}

const TAKEN: Advice = {
  finding:
    'No property of these classes has a validation rule, so that every input is taken as it comes',
  mend: 'Decorate them with class-validator, or give @McpTool({ input }) a schema.',
};

const REFUSED: Advice = {
  finding:
    "No property of these classes has a validation rule, so that the application's ValidationPipe refuses or strips every key, over HTTP too",
  mend: TAKEN.mend,
};

/** Accepts a value without validation: any object that is not nested too deeply. */
export function takeAsItComes(value: unknown): SchemaResult {
  if (!isObject(value)) return { issues: [{ message: 'must be an object' }] };
  return measure(value).tooDeep ? { issues: [{ message: 'is nested too deeply' }] } : { value };
}

/**
 * The JSON Schema of a DTO class for inputs. A class without any rule is described by its documentation, unless a
 * whitelist of the application refuses or strips properties without rules. Throws `McpConfigurationError` if its
 * decorators cannot be read.
 */
export function describeDtoInput(
  type: Type,
  where: string,
  validation: ValidationPipeOptions,
  byApplication: boolean,
): DtoDocument {
  const documented = !hasRules(type) && !(byApplication && validation.whitelist);
  return toDocument(type, 'input', where, validation, documented);
}

/** The schema of a DTO class for outputs: serialised by class-transformer, then checked as JSON. */
export function dtoOutputSchema(
  type: Type,
  where: string,
  serialization: ClassTransformOptions = {},
): McpSchema {
  const { json } = toDocument(type, 'output', where, { transformOptions: serialization });
  // Formats are only descriptive for outputs: a leap second or an umlaut must not make a result invalid.
  const validate = compileJsonSchema(json, where, { formats: false });
  return {
    json,
    validate: (value) => validate(toPlain(value, type, serialization)),
  };
}

const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

async function validateDto(
  validation: McpValidationOptions,
  type: Type,
  value: unknown,
  document: DtoDocument,
): Promise<SchemaResult> {
  // Nest's pipe would look for the properties of the class in any value.
  if (!isObject(value)) return { issues: [{ message: 'must be an object' }] };
  try {
    const metadata = { type: 'body', metatype: type } as const;
    const pipe = await pipeFor(validation);
    return { value: await runPipe(pipe, value, metadata, document, validation.fastPath) };
  } catch (error) {
    if (!(error instanceof ValidationFailure)) throw error;
    return { issues: error.issues(value, type) };
  }
}

function toDocument(
  type: Type,
  direction: 'input' | 'output',
  where: string,
  validation: ValidationPipeOptions,
  documented = false,
): DtoDocument {
  try {
    return new DtoWalker(direction, validation, documented).toDocument(type);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new McpConfigurationError(
      where,
      `the class ${type.name} cannot be written as JSON Schema: ${reason}.`,
      'Correct its decorators.',
    );
  }
}
