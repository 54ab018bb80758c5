import { compileJsonSchema, type JsonSchemaValidator } from './json-schema-validator.js';
import type { JsonSchema, McpSchema } from './mcp.schema.js';
import { enumValues, oneOfValues } from './dto/value.rules.js';

/** A raw JSON Schema, compiled once, without conversion. */
export function rawSchema(json: JsonSchema, where: string): McpSchema {
  return { json, validate: compileJsonSchema(json, where) };
}

const SCALARS = new Map<unknown, JsonSchema>([
  [String, { type: 'string' }],
  [Number, { type: 'number' }],
  [Boolean, { type: 'boolean' }],
  [Date, { type: 'string', format: 'date-time' }],
]);

const validators = new Map<unknown, JsonSchemaValidator>();

/** One validator for all inputs of a type, compiled at the first input. Ajv's first compilation would cost the boot tens of milliseconds. */
function validatorOf(type: unknown, json: JsonSchema): JsonSchemaValidator {
  const known = validators.get(type) ?? compileJsonSchema(json, 'a scalar type');
  validators.set(type, known);
  return known;
}

/**
 * The schema of `String`, `Number`, `Boolean`, `Date`; `undefined` for any other type. A `Date` input is converted to a
 * `Date`.
 */
export function scalarSchema(type: unknown, io: 'input' | 'output'): McpSchema | undefined {
  const form = SCALARS.get(type);
  if (!form) return undefined;
  const json = { ...form };
  const validate: JsonSchemaValidator = (value) => validatorOf(type, form)(value);
  if (type !== Date) return { json, validate };
  if (io === 'output') {
    return { json, validate: (value) => validate(value instanceof Date ? value.toJSON() : value) };
  }
  return {
    json,
    validate: (value) => {
      const result = validate(value);
      return result.issues ? result : { value: new Date(value as string) };
    },
  };
}

/** Whether a value is an enum object: a plain object of strings and numbers. */
export function isEnum(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const members = Object.values(value);
  return (
    members.length > 0 && members.every((member) => ['string', 'number'].includes(typeof member))
  );
}

/** The schema of the members of an enum object. */
export function enumSchema(entity: object, where: string): McpSchema {
  return rawSchema(oneOfValues(enumValues(entity)), where);
}
