import type { JsonSchema } from '../mcp.schema.js';
import { isDtoClass, type ClassReferences, type DtoProperty } from './dto-property.js';
import { claimsOfType, toJsonSchema } from './swagger.schema.js';

/** Describes a class by its name. */
const byName: ClassReferences = {
  refer: (type) => ({ type: `object (${type.name})` }),
  outline: () => ({}),
  named: () => undefined,
};

const BOUNDS = [
  'minimum',
  'exclusiveMinimum',
  'maximum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'pattern',
  'minItems',
  'maxItems',
];

/** Keywords that determine the type of a value. */
const TYPED = ['type', 'enum', 'const', '$ref', 'anyOf', 'oneOf', 'allOf'];

/**
 * A description of the type of a property without a validated type: from swagger (its type, format, members, bounds),
 * else its type in TypeScript. Words in a description refuse no value. `undefined` if there is nothing to add.
 */
export function documentedWords(property: DtoProperty, claims: JsonSchema): string | undefined {
  const { api, hints } = property;
  // The type that a transform produces is not the type that it accepts.
  const design =
    hints.transformed || isDtoClass(hints.type) ? {} : claimsOfType(hints.design, byName);
  const said = api ? toJsonSchema(api, byName) : {};
  const words =
    said['type'] === undefined && said['enum'] === undefined ? { ...design, ...said } : said;
  const parts = partsOf(words, claims);
  const text = parts.join('; ');
  return text === '' ? undefined : text.charAt(0).toUpperCase() + text.slice(1);
}

/** For a list with unconstrained items, only the items are described. */
function partsOf(said: JsonSchema, claims: JsonSchema): string[] {
  if (typesOf(claims).includes('array') && claims['items'] === undefined) {
    const items = itemsOf(said);
    const name = items ? nameOf(items) : '';
    return name === '' ? [] : [`items: ${name}`, ...ruleWords(items as JsonSchema)];
  }
  if (TYPED.some((keyword) => keyword in claims)) return [];
  const name = nameOf(said);
  return [...(name === '' ? [] : [`type: ${name}`]), ...ruleWords(said)];
}

function nameOf(said: JsonSchema): string {
  const items = itemsOf(said);
  const item = items ? nameOf(items) : '';
  return typesOf(said)
    .map((one) => (one === 'array' && item !== '' ? `array of ${item}` : one))
    .join(' or ');
}

function ruleWords(said: JsonSchema): string[] {
  const { format } = said;
  const members = said['enum'] ?? itemsOf(said)?.['enum'];
  return [
    ...(typeof format === 'string' ? [`format: ${format}`] : []),
    ...(Array.isArray(members) ? [`one of: ${members.map(String).join(', ')}`] : []),
    ...BOUNDS.filter((keyword) => said[keyword] !== undefined).map(
      (keyword) => `${keyword}: ${String(said[keyword])}`,
    ),
  ];
}

function typesOf({ type }: JsonSchema): string[] {
  const types: readonly unknown[] = Array.isArray(type) ? type : [type];
  return types.filter((one): one is string => typeof one === 'string');
}

function itemsOf(schema: JsonSchema): JsonSchema | undefined {
  const items = schema['items'];
  return typeof items === 'object' && items !== null ? (items as JsonSchema) : undefined;
}
