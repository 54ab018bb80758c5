import { McpConfigurationError } from '../errors/configuration.error.js';
import type { JsonSchema, McpSchema, SchemaIssue, SchemaResult } from './mcp.schema.js';

interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

type StandardResult =
  | { readonly value: unknown; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

type JsonSchemaOf = (options: { readonly target: string }) => Record<string, unknown>;

/** A schema of any library that supports Standard Schema v1 (Zod, Valibot, ArkType, …); only the members used here. */
export interface StandardSchema {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    validate(value: unknown): StandardResult | Promise<StandardResult>;
    /** Standard JSON Schema v1. Without it the schema can validate, but not be sent to clients. */
    readonly jsonSchema?: { readonly input: JsonSchemaOf; readonly output: JsonSchemaOf };
  };
}

/** Whether a value is a Standard Schema, which may be an object or a function. */
export function isStandardSchema(value: unknown): value is StandardSchema {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return false;
  const standard: unknown = (value as { '~standard'?: unknown })['~standard'];
  return typeof standard === 'object' && standard !== null && 'validate' in standard;
}

/** The Standard Schema of a class: the class itself, or its static `schema` (nestjs-zod's `createZodDto`). */
export function carriedSchemaOf(type: unknown): StandardSchema | undefined {
  if (typeof type !== 'function') return undefined;
  if (isStandardSchema(type)) return type;
  const { schema } = type as { schema?: unknown };
  return isStandardSchema(schema) ? schema : undefined;
}

/**
 * Converts a Standard Schema to the internal form. Throws `McpConfigurationError` if it cannot be written as JSON
 * Schema.
 */
export function toStandardMcpSchema(
  source: StandardSchema,
  io: 'input' | 'output',
  where: string,
): McpSchema {
  const standard = source['~standard'];
  return {
    json: toJson(standard, io, where),
    validate: (value) => {
      const result = standard.validate(value);
      return result instanceof Promise ? result.then(toResult) : toResult(result);
    },
  };
}

function toJson(
  standard: StandardSchema['~standard'],
  io: 'input' | 'output',
  where: string,
): JsonSchema {
  const convert = standard.jsonSchema?.[io];
  if (!convert) {
    throw new McpConfigurationError(
      where,
      `the schema of ${standard.vendor} cannot be written as JSON Schema.`,
      'Use a version with Standard JSON Schema (Zod 4.2 or newer), a DTO class or raw JSON Schema.',
    );
  }
  try {
    const { $schema: _, ...json } = convert({ target: 'draft-2020-12' });
    return json;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new McpConfigurationError(
      where,
      `the schema of ${standard.vendor} cannot be written as JSON Schema: ${reason}.`,
      'Replace the part that it names by one that JSON Schema can say.',
    );
  }
}

function toResult(result: StandardResult): SchemaResult {
  return result.issues ? { issues: result.issues.map(toIssue) } : { value: result.value };
}

function toIssue({ message, path }: StandardIssue): SchemaIssue {
  return {
    message,
    path: (path ?? []).map((part) => (typeof part === 'object' ? part.key : part)),
  };
}
