import type { Type } from '@nestjs/common';
import type { ClassTransformOptions } from 'class-transformer';
import type { Advice } from '../errors/boot-advice.js';
import { McpConfigurationError } from '../errors/configuration.error.js';
import { arraySchema } from './array.schema.js';
import { isDtoClass } from './dto/dto-property.js';
import type { McpValidationOptions } from './dto/dto-validator.js';
import { dtoInputSchema, dtoOutputSchema } from './dto/dto.schema.js';
import type { JsonSchema, McpSchema } from './mcp.schema.js';
import { rawSchema, scalarSchema } from './scalar.schema.js';
import {
  carriedSchemaOf,
  isStandardSchema,
  toStandardMcpSchema,
  type StandardSchema,
} from './standard.schema.js';

/** Any schema that a user may give: a DTO class, `[Class]`, a Standard Schema (Zod, …), or raw JSON Schema. */
export type SchemaSource = Type | readonly [Type] | StandardSchema | JsonSchema;

/** The validation that applies to DTO classes at one place. */
export interface ValidationInForce {
  /** Default: transform, whitelist, forbidNonWhitelisted. */
  readonly validation?: McpValidationOptions | undefined;
  /** Whether it comes from a pipe of the application, which then also decides on classes without rules. */
  readonly byApplication?: boolean | undefined;
}

/** Options for reading a schema. */
export interface ToSchemaOptions extends ValidationInForce {
  readonly io: 'input' | 'output';
  /** `Class.method`, for boot errors. */
  readonly where: string;
  /** Receives advice on schemas that work but should be changed. */
  readonly advise?: ((advice: Advice, subject: string) => void) | undefined;
  /** Options of class-transformer for outputs (groups, version, …). */
  readonly serialization?: ClassTransformOptions | undefined;
  /** `'object'` for the whole input of a primitive: MCP requires `type: object` at its root. */
  readonly root?: 'object' | undefined;
}

/**
 * Converts any schema to the internal form, once at boot. Throws `McpConfigurationError` with `where` for an unusable
 * one.
 */
export function toSchema(source: unknown, options: ToSchemaOptions): McpSchema {
  const schema = choose(source, { ...options, root: undefined });
  return options.root === 'object' ? asObject(schema, options.where) : schema;
}

/** Adds the common `type` of the branches to a union of objects. */
function asObject(schema: McpSchema, where: string): McpSchema {
  const { json } = schema;
  if (json['type'] === 'object') return schema;
  if (json['type'] === undefined) return { ...schema, json: { ...json, type: 'object' } };
  throw new McpConfigurationError(
    where,
    `the schema of the whole input is of type ${JSON.stringify(json['type'])}.`,
    'Write an object with one property for each argument.',
  );
}

function choose(source: unknown, options: ToSchemaOptions): McpSchema {
  const { io, where } = options;
  if (isStandardSchema(source)) return toStandardMcpSchema(source, io, where);
  if (Array.isArray(source)) return toArraySchema(source, options);
  if (typeof source === 'function') return toClassSchema(source as Type, options);
  if (typeof source === 'object' && source !== null) return rawSchema(source as JsonSchema, where);
  throw unusable(where, source === undefined ? 'undefined' : typeof source);
}

function toArraySchema(source: readonly unknown[], options: ToSchemaOptions): McpSchema {
  if (source.length !== 1) {
    throw new McpConfigurationError(
      options.where,
      `a list of ${source.length} schemas is not a schema.`,
      'Write [Class] for a list of that class.',
    );
  }
  return arraySchema(toSchema(source[0], options));
}

function toClassSchema(type: Type, options: ToSchemaOptions): McpSchema {
  const { io, where, serialization } = options;
  const carried = carriedSchemaOf(type);
  if (carried) return toStandardMcpSchema(carried, io, where);
  const scalar = scalarSchema(type, io);
  if (scalar) return scalar;
  if (!isDtoClass(type)) throw unusable(where, (type as Function).name || 'a function');
  return io === 'input'
    ? dtoInputSchema(type, where, options)
    : dtoOutputSchema(type, where, serialization);
}

function unusable(where: string, what: string): McpConfigurationError {
  return new McpConfigurationError(
    where,
    `${what} says nothing about the shape of a value.`,
    'Give a DTO class, [Class], a Standard Schema (Zod, …) or raw JSON Schema.',
  );
}
