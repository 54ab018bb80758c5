import type { PropertyRules, ValidationRule } from './class-validator.metadata.js';
import {
  isDtoClass,
  isRefusedWhenMissing,
  type ClassReferences,
  type DescribedProperty,
  type DtoProperty,
} from './dto-property.js';
import { documentedWords } from './documented-words.js';
import { sentence } from '../input-keywords.js';
import { merge, nullable } from '../json-schema-merge.js';
import type { JsonSchema } from '../mcp.schema.js';
import { adviceOf } from './rule-advice.js';
import { annotationsOf } from './swagger-hints.js';

/**
 * The schema of a property for clients. Only class-validator's rules constrain it, because validation decides what is
 * accepted; `@Type()` determines the form, and swagger and initialisers add descriptions and defaults.
 */
export function describeInput(
  property: DtoProperty,
  references: ClassReferences,
): DescribedProperty {
  const { hints, rules, api } = property;
  const open = hints.transformed || rules?.conditional;
  const claims = open ? {} : claimsOf(property, references);
  const annotations: JsonSchema = {
    ...(rules && adviceOf(rules, claims, hints.transformed)),
    ...annotationsOf(api),
    ...(property.default !== undefined && { default: property.default }),
  };
  const words = documentedWords(property, claims);
  if (words !== undefined) {
    annotations['description'] = sentence(annotations['description'], words);
  }
  return {
    key: hints.key,
    schema: { ...claims, ...annotations },
    required: isRequired(property),
  };
}

function isRequired({ hints, rules, initial }: DtoProperty): boolean {
  if (!rules) return false;
  // An exposed property is visited even if it is missing: a transform may set it.
  if (hints.exposed && hints.transformed) return false;
  return isRefusedWhenMissing(rules, hints.undone ? undefined : initial);
}

function claimsOf(property: DtoProperty, references: ClassReferences): JsonSchema {
  const { rules, hints } = property;
  if (!rules) return outlineOf(property, references);
  let claims = merge({}, nestedClaims(property, rules, references));
  for (const rule of rules.rules) {
    if (SHAPED_BY_OTHERS.has(rule.name)) continue;
    claims = merge(claims, ruleClaims(rule, hints.type !== undefined));
  }
  claims = withPresence(claims, rules.rules);
  if (claims['uniqueItems'] && !comparesByValue(claims, hints.type)) delete claims['uniqueItems'];
  return rules.skips.null ? nullable(claims) : claims;
}

/** Rules whose constraint depends on the other rules. */
const SHAPED_BY_OTHERS = new Set(['isDefined', 'isNotEmpty']);

function ruleClaims(rule: ValidationRule, converted: boolean): JsonSchema {
  // An instance may have keys that its JSON does not have.
  const claims = converted && rule.name === 'isNotEmptyObject' ? { type: 'object' } : rule.claims;
  if (!claims) return {};
  return rule.each ? { type: 'array', items: claims } : claims;
}

/** Adds `@IsDefined()` and `@IsNotEmpty()`, in the shortest form that the type allows. */
function withPresence(claims: JsonSchema, rules: readonly ValidationRule[]): JsonSchema {
  let result = claims;
  for (const { name, each, claims: own = {} } of rules) {
    if (!SHAPED_BY_OTHERS.has(name)) continue;
    if (each) {
      const items = presence((result['items'] ?? {}) as JsonSchema, name, own);
      result = {
        ...merge(result, { type: 'array' }),
        ...(Object.keys(items).length > 0 && { items }),
      };
    } else {
      result = presence(result, name, own);
    }
  }
  return result;
}

function presence(claims: JsonSchema, rule: string, own: JsonSchema): JsonSchema {
  const { type } = claims;
  if (type === undefined || (Array.isArray(type) && type.includes('null'))) {
    return merge(claims, own);
  }
  const textual = type === 'string' || (Array.isArray(type) && type.includes('string'));
  if (rule !== 'isNotEmpty' || !textual || Array.isArray(claims['enum'])) return claims;
  return merge(claims, { minLength: 1 });
}

/**
 * Whether equal items are duplicates. class-validator compares by identity: two equal objects, or dates, are different.
 */
function comparesByValue(claims: JsonSchema, type: unknown): boolean {
  const items = claims['items'] as JsonSchema | undefined;
  const types = items?.['type'];
  const list: readonly unknown[] = Array.isArray(types) ? types : [types];
  return (
    type !== Date &&
    list.every((name) => ['string', 'number', 'integer', 'boolean'].includes(String(name)))
  );
}

/** Whether the decorators imply a list. */
function isList({ hints }: DtoProperty, rules: PropertyRules | undefined): boolean {
  if (hints.container === Array || hints.container === Set || hints.design === Array) return true;
  return (
    rules?.nested?.each ||
    (rules?.rules ?? []).some(({ each, claims }) => each || claims?.['type'] === 'array')
  );
}

function inContainer(property: DtoProperty, item: JsonSchema): JsonSchema {
  if (property.hints.container === Map) return { type: 'object', additionalProperties: item };
  return isList(property, property.rules) ? { type: 'array', items: item } : item;
}

function nestedClaims(
  property: DtoProperty,
  rules: PropertyRules,
  references: ClassReferences,
): JsonSchema {
  const { hints } = property;
  const { design } = hints;
  if (!rules.nested) return outlineOf(property, references);
  if (hints.discriminator) return inContainer(property, oneOfSubTypes(property, references));
  if (isDtoClass(hints.type)) return inContainer(property, references.refer(hints.type));
  // Without @Type() plain objects are validated, which have no rules: they only have to be objects.
  if (isList(property, rules)) return { type: 'array', items: { type: 'object' } };
  return { type: design === Object || design === undefined ? ['object', 'array'] : 'object' };
}

function oneOfSubTypes({ hints }: DtoProperty, references: ClassReferences): JsonSchema {
  const { property = '', subTypes = [] } = hints.discriminator ?? {};
  return {
    oneOf: subTypes.map(({ name, type }) => {
      const schema = references.refer(type);
      const tag = { properties: { [property]: { const: name } }, required: [property] };
      return { ...schema, [TAG]: tag };
    }),
  };
}

/** Marks a reference to a class that needs a discriminator; replaced when references are resolved. */
export const TAG = '~tag';

/** The outline of a class that is converted but not validated: names and descriptions, without constraints. */
function outlineOf(property: DtoProperty, references: ClassReferences): JsonSchema {
  const { hints } = property;
  if (!isDtoClass(hints.type)) return {};
  const outline = references.outline(hints.type);
  if (Object.keys(outline).length === 0) return {};
  const { type: _, ...claims } = inContainer(property, outline);
  return claims;
}
