import type { Type, ValidationPipe, ValidationPipeOptions } from '@nestjs/common';
import type { ClassTransformOptions } from 'class-transformer';
import { McpConfigurationError } from '../../errors/configuration.error.js';
import { toPlain } from './dto.serializer.js';
import {
  collecting,
  createValidationPipe,
  DEFAULT_VALIDATION,
  runPipe,
  ValidationFailure,
  type McpValidationOptions,
} from './dto.validator.js';
import { DtoWalker, type DtoDocument } from './dto.walker.js';
import { compileJsonSchema } from '../json-schema.validator.js';
import type { McpSchema, SchemaResult } from '../mcp.schema.js';

/** A DTO class as the schema of what a client sends: validated and transformed as Nest's `ValidationPipe` does. */
export function dtoInputSchema(
  type: Type,
  where: string,
  validation: McpValidationOptions = DEFAULT_VALIDATION,
): McpSchema {
  const document = describeDtoInput(type, where, validation);
  return {
    json: document.json,
    validate: (value) => validateDto(validation, type, value, document),
  };
}

const pipes = new WeakMap<ValidationPipeOptions, ValidationPipe>();

/** One for all classes under the same options. */
function pipeFor(validation: ValidationPipeOptions): ValidationPipe {
  const pipe = pipes.get(validation) ?? collecting(createValidationPipe(validation));
  pipes.set(validation, pipe);
  return pipe;
}

/** What a client may send for a DTO class. Throws `McpConfigurationError` where its decorators cannot be read. */
export function describeDtoInput(
  type: Type,
  where: string,
  validation: ValidationPipeOptions,
): DtoDocument {
  return toDocument(type, 'input', where, validation);
}

/** A DTO class as the schema of what a client reads: serialised by class-transformer, then checked as JSON. */
export function dtoOutputSchema(
  type: Type,
  where: string,
  serialization: ClassTransformOptions = {},
): McpSchema {
  const { json } = toDocument(type, 'output', where, { transformOptions: serialization });
  // A format describes: what a service returns is not refused for a leap second or an umlaut.
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
  // Nest's pipe would look for the properties of the class in it.
  if (!isObject(value)) return { issues: [{ message: 'must be an object' }] };
  try {
    const metadata = { type: 'body', metatype: type } as const;
    const pipe = pipeFor(validation);
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
): DtoDocument {
  try {
    return new DtoWalker(direction, validation).toDocument(type);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new McpConfigurationError(
      where,
      `the class ${type.name} cannot be written as JSON Schema: ${reason}.`,
      'Correct its decorators.',
    );
  }
}
