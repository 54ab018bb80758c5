import type { JsonSchema, McpSchema } from '../schema/mcp.schema.js';
import { toSchema, type SchemaSource } from '../schema/to-schema.js';

/** The form of an elicitation: its schema for the client, and the check of the client's answer. */
export interface ElicitationForm {
  /** `requestedSchema`: a flat object of primitive values (specification, client/elicitation). */
  readonly requested: JsonSchema;
  readonly validate: McpSchema['validate'];
}

const forms = new WeakMap<object, ElicitationForm>();

/**
 * Creates the form of a DTO class or schema, once. Throws `McpConfigurationError` for a schema that cannot be used, and
 * `TypeError` for one that a form cannot express: nested objects, or lists of anything but choices.
 */
export function toForm(source: SchemaSource): ElicitationForm {
  const known = forms.get(source);
  if (known) return known;
  const schema = toSchema(source, {
    io: 'input',
    where: 'context.elicit',
    root: 'object',
  });
  const form: ElicitationForm = {
    requested: toRequestedSchema(schema.json),
    validate: (value) => schema.validate(value),
  };
  forms.set(source, form);
  return form;
}

/** The keyword under which swagger writes the titles of an enum. */
const enumNames = 'x-enumNames';
const texts = ['title', 'description'];
const keywords: Readonly<Record<string, readonly string[]>> = {
  string: ['minLength', 'maxLength', 'format', 'default', 'enum', 'enumNames', 'oneOf'],
  number: ['minimum', 'maximum', 'default'],
  integer: ['minimum', 'maximum', 'default'],
  boolean: ['default'],
  array: ['minItems', 'maxItems', 'default'],
};
const formats = ['email', 'uri', 'date', 'date-time'];

function toRequestedSchema(json: JsonSchema): JsonSchema {
  const properties = Object.entries((json.properties ?? {}) as Record<string, JsonSchema>);
  return {
    type: 'object',
    properties: Object.fromEntries(
      properties.map(([name, schema]) => [name, toField(name, resolve(schema, json), json)]),
    ),
    ...(Array.isArray(json.required) && json.required.length > 0 && { required: json.required }),
  };
}

function toField(name: string, schema: JsonSchema, root: JsonSchema): JsonSchema {
  const choices = choicesOf(schema);
  const type = choices ? 'string' : typeOf(schema);
  const allowed = type === undefined ? undefined : keywords[type];
  if (type === undefined || allowed === undefined) {
    throw new TypeError(
      `context.elicit: '${name}' is not a field of a form. A form has texts, numbers, booleans and choices: ask for nested values by questions of their own.`,
    );
  }
  const field: JsonSchema = { type };
  for (const key of [...texts, ...allowed]) {
    if (schema[key] !== undefined) field[key] = schema[key];
  }
  if (choices) {
    delete field.enum;
    field.oneOf = choices;
  }
  if (typeof field.format === 'string' && !formats.includes(field.format)) delete field.format;
  if (type !== 'array') return field;
  const items = resolve((schema.items ?? {}) as JsonSchema, root);
  const many = choicesOf(items, items[enumNames] ?? schema[enumNames]);
  if (many) return { ...field, items: { anyOf: many } };
  if (Array.isArray(items.enum)) return { ...field, items: { type: 'string', enum: items.enum } };
  throw new TypeError(
    `context.elicit: the items of '${name}' are not choices. A list in a form needs an enum of texts.`,
  );
}

/**
 * Choices with titles: `oneOf` (or `anyOf`, which some libraries write) of constants, or an enum with swagger's names.
 */
function choicesOf(
  schema: JsonSchema,
  names: unknown = schema[enumNames],
): { const: string; title: string }[] | undefined {
  const values = schema.enum;
  const named = Array.isArray(values) && Array.isArray(names) && names.length === values.length;
  const branches: unknown = named
    ? values.map((value: unknown, i) => ({ const: value, title: names[i] as unknown }))
    : (schema.oneOf ?? schema.anyOf);
  if (!Array.isArray(branches) || branches.length === 0) return undefined;
  const choices = (branches as JsonSchema[]).map(({ const: value, title = value }) => ({
    const: value,
    title,
  }));
  return choices.every((choice) => typeof choice.const === 'string')
    ? (choices as { const: string; title: string }[])
    : undefined;
}

function typeOf(schema: JsonSchema): string | undefined {
  const { type } = schema;
  if (Array.isArray(type)) return type.find((one) => one !== 'null') as string | undefined;
  if (typeof type === 'string') return type;
  if (!Array.isArray(schema.enum)) return undefined;
  return schema.enum.every((one) => typeof one === 'string') ? 'string' : undefined;
}

/** Resolves a reference into the document's own definitions. Keywords beside the reference are kept. */
function resolve(schema: JsonSchema, root: JsonSchema): JsonSchema {
  const { $ref, allOf, ...own } = schema;
  const reference = $ref ?? (Array.isArray(allOf) ? (allOf[0] as JsonSchema)?.$ref : undefined);
  if (typeof reference !== 'string') return schema;
  const name = reference.replace('#/$defs/', '');
  const target = (root.$defs as Record<string, JsonSchema> | undefined)?.[name];
  return target ? { ...resolve(target, root), ...own } : schema;
}
