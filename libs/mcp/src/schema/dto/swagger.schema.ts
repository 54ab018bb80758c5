import { isDtoClass, type ClassReferences } from './dto-property.js';
import { nullable } from '../json-schema-merge.js';
import type { JsonSchema } from '../mcp.schema.js';
import { toPattern } from './pattern-rewriter.js';
import type { ApiProperty } from './swagger-hints.js';

const KEYWORDS = [
  'format',
  'minimum',
  'maximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
  'const',
  'title',
  'description',
  'default',
  'deprecated',
  'readOnly',
  'writeOnly',
] as const;

const JSON_TYPES = new Set(['string', 'number', 'integer', 'boolean', 'array', 'object', 'null']);

/** The JSON Schema of a value from its swagger options (those of `@ApiProperty` or a part of them). */
export function toJsonSchema(api: ApiProperty, references: ClassReferences): JsonSchema {
  if (typeof api['$ref'] === 'string') return toReference(api['$ref'], references);
  const schema: JsonSchema = { ...typeClaims(api, references) };
  const target = api['isArray'] && schema['type'] === 'array' ? itemsOf(schema) : schema;
  if (Array.isArray(api['enum'])) target['enum'] = api['enum'];
  for (const keyword of KEYWORDS) {
    if (api[keyword] !== undefined && typeof api[keyword] !== 'function') {
      schema[keyword] = api[keyword];
    }
  }
  Object.assign(schema, patternOf(api), exclusive(api, 'Minimum'), exclusive(api, 'Maximum'));
  Object.assign(target, compositionOf(api, references));
  return api['nullable'] === true ? nullable(schema) : schema;
}

/**
 * Writes `oneOf` as `anyOf`: documentation means a choice, but a value of a child class, or of a class without a
 * description, can match two branches.
 */
function compositionOf(api: ApiProperty, references: ClassReferences): JsonSchema {
  const [oneOf, anyOf, allOf] = ['oneOf', 'anyOf', 'allOf'].map((keyword) => {
    const parts = api[keyword];
    return Array.isArray(parts) ? (parts as ApiProperty[]) : undefined;
  });
  const choice = (parts: ApiProperty[]): JsonSchema => ({
    anyOf: parts.map((part) => toBranch(part, references)),
  });
  const all = [
    ...(allOf ?? []).map((part) => toJsonSchema(part, references)),
    ...(oneOf && anyOf ? [choice(oneOf)] : []),
  ];
  const either = anyOf ?? oneOf;
  return { ...(either && choice(either)), ...(all.length > 0 && { allOf: all }) };
}

/** A branch of a choice. For a class that `@ApiExtraModels()` does not list, at least the name is known. */
function toBranch(part: ApiProperty, references: ClassReferences): JsonSchema {
  const branch = toJsonSchema(part, references);
  const isUnknown = typeof part['$ref'] === 'string' && Object.keys(branch).length === 0;
  return isUnknown ? { title: nameOf(part['$ref'] as string) } : branch;
}

const nameOf = (pointer: string): string => pointer.split('/').at(-1) ?? '';

const itemsOf = (schema: JsonSchema): JsonSchema => {
  const items = { ...(schema['items'] as JsonSchema | undefined) };
  schema['items'] = items;
  return items;
};

function toReference(pointer: string, references: ClassReferences): JsonSchema {
  const type = references.named(nameOf(pointer));
  return type ? references.refer(type) : {};
}

/** OpenAPI 3.0 has a flag beside `minimum`, JSON Schema a separate number. */
function exclusive(api: ApiProperty, name: 'Minimum' | 'Maximum'): JsonSchema {
  const value = api[`exclusive${name}`];
  if (typeof value === 'number') return { [`exclusive${name}`]: value };
  const bound = api[name.toLowerCase()];
  return value === true && typeof bound === 'number' ? { [`exclusive${name}`]: bound } : {};
}

function patternOf({ pattern }: ApiProperty): JsonSchema {
  if (typeof pattern !== 'string') return {};
  const [, source = pattern, flags = ''] = /^\/(.*)\/([a-z]*)$/u.exec(pattern) ?? [];
  try {
    const text = toPattern(new RegExp(source, flags));
    return text === undefined ? {} : { pattern: text };
  } catch {
    return {};
  }
}

function typeClaims(api: ApiProperty, references: ClassReferences): JsonSchema {
  const composed = ['oneOf', 'anyOf', 'allOf'].some((keyword) => Array.isArray(api[keyword]));
  const { type, isArray, items, additionalProperties } = api;
  const claims = composed && !isArray ? {} : toClaims(type, references);
  const own = composed && isArray ? {} : claims;
  const single = isArray && claims['type'] !== 'array' ? { type: 'array', items: own } : claims;
  return {
    ...single,
    ...(isPart(items) && { items: toJsonSchema(items, references) }),
    ...(isPart(api['properties']) && {
      properties: Object.fromEntries(
        Object.entries(api['properties']).map(([name, part]) => [
          name,
          toJsonSchema(part as ApiProperty, references),
        ]),
      ),
    }),
    ...(Array.isArray(api['required']) && { required: api['required'] }),
    ...(additionalProperties === false && { additionalProperties }),
    ...(isPart(additionalProperties) && {
      additionalProperties: toJsonSchema(additionalProperties, references),
    }),
  };
}

const isPart = (value: unknown): value is ApiProperty =>
  typeof value === 'object' && value !== null;

/**
 * The schema of a type in swagger's metadata: a constructor, a function that returns one (the plugin, circular
 * classes), or a word.
 */
export function toClaims(type: unknown, references: ClassReferences): JsonSchema {
  if (typeof type === 'string') return JSON_TYPES.has(type) ? { type } : {};
  if (Array.isArray(type)) return { type: 'array', items: toClaims(type[0], references) };
  if (typeof type !== 'function') return isPart(type) ? toJsonSchema(type, references) : {};
  const isLazy = !Object.hasOwn(type, 'prototype');
  if (isLazy) return toClaims(resolve(type as () => unknown), references);
  return claimsOfType(type, references);
}

function resolve(lazy: () => unknown): unknown {
  try {
    const type = lazy();
    return type === lazy ? undefined : type;
  } catch {
    return undefined;
  }
}

/** The JSON form of values of a type. */
export function claimsOfType(type: unknown, references: ClassReferences): JsonSchema {
  switch (type) {
    case String:
      return { type: 'string' };
    case Number:
      return { type: 'number' };
    case Boolean:
      return { type: 'boolean' };
    case Date:
      return { type: 'string', format: 'date-time' };
    case BigInt:
      return { type: 'string', pattern: '^-?[0-9]+$' };
    case Array:
    case Set:
      return { type: 'array' };
    case Map:
      return { type: 'object' };
    default:
      return isDtoClass(type) ? references.refer(type) : {};
  }
}
