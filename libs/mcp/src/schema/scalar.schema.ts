import { compileJsonSchema } from './json-schema.validator.js';
import type { JsonSchema, McpSchema } from './mcp.schema.js';
import { enumValues, oneOfValues } from './value.rules.js';

/** A raw JSON Schema as it is: compiled once, nothing converted. */
export function rawSchema(json: JsonSchema, where: string): McpSchema {
  return { json, validate: compileJsonSchema(json, where) };
}

const SCALARS = new Map<unknown, JsonSchema>([
  [String, { type: 'string' }],
  [Number, { type: 'number' }],
  [Boolean, { type: 'boolean' }],
]);

/** `String`, `Number`, `Boolean`, `Date` as schemas; `undefined` for any other type. A `Date` is handed over as one. */
export function scalarSchema(
  type: unknown,
  io: 'input' | 'output',
  where: string,
): McpSchema | undefined {
  const json = SCALARS.get(type);
  if (json) return rawSchema({ ...json }, where);
  return type === Date ? dateSchema(io, where) : undefined;
}

function dateSchema(io: 'input' | 'output', where: string): McpSchema {
  const json = { type: 'string', format: 'date-time' };
  const validate = compileJsonSchema(json, where);
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

/** One of the members of an enum object. */
export function enumSchema(entity: object, where: string): McpSchema {
  return rawSchema(oneOfValues(enumValues(entity)), where);
}
