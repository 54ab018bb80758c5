import {
  isDtoClass,
  isRefusedWhenMissing,
  type ClassReferences,
  type DescribedProperty,
  type DtoProperty,
} from './dto-property.js';
import { merge, nullable } from '../json-schema-merge.js';
import type { JsonSchema } from '../mcp.schema.js';
import { claimsOfType, toJsonSchema } from './swagger.schema.js';
import { annotationsOf } from './swagger-hints.js';

/** The schema of an output property: from swagger, else `@Type()`, else `design:type`, with the rules. */
export function describeOutput(
  property: DtoProperty,
  references: ClassReferences,
): DescribedProperty {
  const { hints, rules, api } = property;
  const annotations = annotationsOf(api);
  const claims = hints.transformed ? {} : claimsOf(property, references);
  const required = api
    ? api['required'] !== false && !rules?.skips.undefined
    : rules !== undefined && !rules.skips.undefined && isRefusedWhenMissing(rules, undefined);
  const isNullable = rules?.skips.null || (!api && !rules);
  return {
    key: hints.key,
    schema: { ...(isNullable ? nullable(claims) : claims), ...annotations },
    required: required && !hints.transformed,
  };
}

function claimsOf(property: DtoProperty, references: ClassReferences): JsonSchema {
  const shape = shapeOf(property, references);
  const rules = (property.rules?.rules ?? [])
    // Items that are compared by identity as instances may be equal in JSON.
    .filter(({ name, each }) => name !== 'arrayUnique' && !(each && shape['type'] === 'object'))
    .map(({ each, claims = {} }) => (each ? { type: 'array', items: claims } : claims))
    .filter((claims) => agrees(claims, shape));
  const merged = [shape, ...rules].reduce(merge, {});
  return property.api?.['nullable'] === true ? nullable(merged) : merged;
}

/** Whether a rule applies to the JSON of a value: a rule for an instance of another type does not. */
function agrees(claims: JsonSchema, shape: JsonSchema): boolean {
  if (shape['type'] === undefined || claims['type'] === undefined) return true;
  return merge({ type: shape['type'] }, { type: claims['type'] })['allOf'] === undefined;
}

function shapeOf(property: DtoProperty, references: ClassReferences): JsonSchema {
  const { hints, api } = property;
  if (hints.discriminator) return inContainer(property, oneOfSubTypes(property, references));
  if (isDtoClass(hints.type) || hints.type === Date) {
    return inContainer(property, claimsOfType(hints.type, references));
  }
  if (api) {
    const { description: _, default: __, ...shape } = toJsonSchema(api, references);
    if (shape['type'] !== undefined || Object.keys(shape).length > 0) return shape;
  }
  if (hints.type) return inContainer(property, claimsOfType(hints.type, references));
  return claimsOfType(hints.design, references);
}

function inContainer({ hints, api, rules }: DtoProperty, item: JsonSchema): JsonSchema {
  const container = hints.container ?? hints.design;
  if (container === Map) return { type: 'object', additionalProperties: item };
  const isList =
    container === Array ||
    container === Set ||
    api?.['isArray'] === true ||
    rules?.rules.some(({ each, claims }) => each || claims?.['type'] === 'array') ||
    rules?.nested?.each;
  return isList ? { type: 'array', items: item } : item;
}

function oneOfSubTypes({ hints }: DtoProperty, references: ClassReferences): JsonSchema {
  return { anyOf: (hints.discriminator?.subTypes ?? []).map(({ type }) => references.refer(type)) };
}
