import { inspect } from 'node:util';
import { McpConfigurationError } from '../errors/configuration.error.js';
import { arraySchema } from './array.schema.js';
import { isDtoClass } from './dto/dto-property.js';
import { compileJsonSchema } from './json-schema-validator.js';
import type { JsonSchema, McpSchema } from './mcp.schema.js';
import { enumSchema, isEnum, scalarSchema } from './scalar.schema.js';
import { toSchema, type SchemaSource, type ToSchemaOptions } from './to-schema.js';

/** The options of `@McpParam` that concern the schema of one named input. */
export interface ParamSchemaOptions {
  /** `String`, `Number`, `Boolean`, `Date`, a DTO class, an enum object, or one of them in a list: `[String]`. */
  readonly type?: unknown;
  readonly description?: string | undefined;
  readonly required?: boolean | undefined;
  readonly default?: unknown;
  /** The value of `x-mcp-header`. */
  readonly header?: string | undefined;
  /** Any schema that `toSchema` accepts, in place of `type`. */
  readonly schema?: SchemaSource | undefined;
}

const JSON_TYPES = ['string', 'number', 'integer', 'boolean', 'array', 'object', 'null'];

const MEND =
  'Say it: type: String | Number | Boolean | Date | MyClass | MyEnum | [String], or schema: {…}.';

/** Whether a named input is required: unless it has `required: false` or a default. */
export function isRequiredParam({ required, default: fallback }: ParamSchemaOptions): boolean {
  return required ?? fallback === undefined;
}

/**
 * The schema of one named input, from its options or else from `designType` (TypeScript's metadata). Throws
 * `McpConfigurationError` if that does not determine it: arrays, unions, interfaces, missing metadata.
 */
export function toParamSchema(
  param: ParamSchemaOptions,
  designType: unknown,
  options: ToSchemaOptions,
): McpSchema {
  const schema =
    param.schema === undefined
      ? toTypeSchema(param.type ?? designType, param.type !== undefined, options)
      : toSchema(param.schema, options);
  const fallback = param.default instanceof Date ? param.default.toJSON() : param.default;
  checkDefault(schema, fallback, options.where);
  const annotations: JsonSchema = {
    ...(param.description !== undefined && { description: param.description }),
    ...(param.header !== undefined && { 'x-mcp-header': param.header }),
    ...(fallback !== undefined && { default: fallback }),
  };
  return { ...schema, json: { ...schema.json, ...annotations } };
}

/**
 * Throws `McpConfigurationError` for a default that its own schema refuses. `null` is the common form of an absent
 * input, and is not checked.
 */
function checkDefault(schema: McpSchema, fallback: unknown, where: string): void {
  if (fallback === undefined || fallback === null) return;
  let outcome = schema.validate(fallback);
  if (outcome instanceof Promise) {
    // Nothing can be awaited while a method is planned. The JSON Schema says the same of types and choices.
    outcome.catch(() => undefined);
    const form: unknown = JSON.parse(JSON.stringify(fallback));
    outcome = compileJsonSchema(schema.json, where, { formats: false })(form);
  }
  const { issues } = outcome;
  if (!issues) return;
  throw new McpConfigurationError(
    where,
    `its own schema refuses the default ${inspect(fallback)} (${issues.map(({ message }) => message).join('; ')}).`,
    'Give a default that a client could send.',
  );
}

function toTypeSchema(type: unknown, given: boolean, options: ToSchemaOptions): McpSchema {
  const { io, where } = options;
  const scalar = scalarSchema(type, io);
  if (scalar) return scalar;
  if (isDtoClass(type)) return toSchema(type, options);
  if (Array.isArray(type) && type.length === 1) {
    return arraySchema(toTypeSchema(type[0], true, options));
  }
  if (isRawSchema(type)) {
    throw new McpConfigurationError(
      where,
      'a JSON Schema is given as `type`.',
      'Write schema: {…}.',
    );
  }
  if (isEnum(type)) return enumSchema(type, where);
  throw new McpConfigurationError(where, problemOf(type, given), MEND);
}

function isRawSchema(type: unknown): boolean {
  if (typeof type !== 'object' || type === null || !('type' in type)) return false;
  return typeof type.type === 'string' && JSON_TYPES.includes(type.type);
}

function problemOf(type: unknown, given: boolean): string {
  if (given) return 'the given `type` is not a type.';
  if (type === undefined) return 'its type is not known (no metadata was emitted).';
  if (type === Array) return 'of its type only "array" is known, not of what.';
  if (type === Object) return 'its type cannot be seen at run time (a union, an interface or any).';
  return `its type ${typeof type === 'function' ? type.name : typeof type} has no form in JSON.`;
}
