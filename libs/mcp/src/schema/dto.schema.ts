import { ValidationPipe, type Type, type ValidationPipeOptions } from '@nestjs/common';
import type { ClassTransformOptions } from 'class-transformer';
import { McpConfigurationError } from '../errors/configuration.error.js';
import { toPlain } from './dto.serializer.js';
import {
  collecting,
  DEFAULT_VALIDATION,
  runPipe,
  toIssues,
  ValidationFailure,
} from './dto.validator.js';
import { DtoWalker } from './dto.walker.js';
import { compileJsonSchema } from './json-schema.validator.js';
import type { JsonSchema, McpSchema, SchemaResult } from './mcp.schema.js';

/** A DTO class as the schema of what a client sends: validated and transformed as Nest's `ValidationPipe` does. */
export function dtoInputSchema(
  type: Type,
  where: string,
  validation: ValidationPipeOptions = DEFAULT_VALIDATION,
): McpSchema {
  const pipe = collecting(new ValidationPipe(validation));
  const json = toJson(type, 'input', where, validation);
  return { json, validate: (value) => validateDto(pipe, type, value, comparesItems(json)) };
}

/** A DTO class as the schema of what a client reads: serialised by class-transformer, then checked as JSON. */
export function dtoOutputSchema(
  type: Type,
  where: string,
  serialization: ClassTransformOptions = {},
): McpSchema {
  const json = toJson(type, 'output', where, { transformOptions: serialization });
  // A format describes: what a service returns is not refused for a leap second or an umlaut.
  const validate = compileJsonSchema(json, where, { formats: false });
  return {
    json,
    validate: (value) => {
      const plain = toPlain(value, type, serialization);
      return plain.issues ? plain : validate(plain.value);
    },
  };
}

/** Whether validating by this schema compares the items of lists with each other (`@ArrayUnique`). */
export function comparesItems(json: JsonSchema): boolean {
  return JSON.stringify(json).includes('"uniqueItems":true');
}

async function validateDto(
  pipe: ValidationPipe,
  type: Type,
  value: unknown,
  compares: boolean,
): Promise<SchemaResult> {
  try {
    return { value: await runPipe(pipe, value, { type: 'body', metatype: type }, compares) };
  } catch (error) {
    if (!(error instanceof ValidationFailure)) throw error;
    return { issues: toIssues(error.errors, value, type) };
  }
}

function toJson(
  type: Type,
  direction: 'input' | 'output',
  where: string,
  validation: ValidationPipeOptions,
): JsonSchema {
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
