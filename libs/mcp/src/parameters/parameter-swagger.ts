import 'reflect-metadata';
import { isDtoClass } from '../schema/dto/dto-property.js';
import type { JsonSchema } from '../schema/mcp.schema.js';
import type { RoutePart } from './parameter-route.js';

/** The metadata of `@ApiQuery`, `@ApiParam` or `@ApiBody` on a method; read without `@nestjs/swagger`. */
interface ApiParameter {
  readonly in: string;
  readonly name?: string;
  readonly type?: unknown;
  readonly isArray?: boolean;
  readonly required?: boolean;
  readonly schema?: JsonSchema;
  readonly description?: string;
  readonly example?: unknown;
  readonly deprecated?: boolean;
}

/** Swagger's description of one named parameter of a route. */
export interface ApiHints {
  /** Its schema; `undefined` if swagger has none. */
  readonly claims?: JsonSchema;
  readonly annotations: JsonSchema;
  readonly required?: boolean;
}

const places: Readonly<Record<RoutePart, string>> = {
  params: 'path',
  query: 'query',
  body: 'body',
};

function parametersOf(method: object, part: RoutePart): ApiParameter[] {
  const all: unknown = Reflect.getMetadata('swagger/apiParameters', method);
  return ((Array.isArray(all) ? all : []) as ApiParameter[]).filter(
    (parameter) => parameter.in === places[part],
  );
}

/** Swagger's description of a named parameter of a method. */
export function apiHintsOf(method: object, part: RoutePart, name: string): ApiHints {
  const api = part === 'body' ? undefined : parametersOf(method, part).find((p) => p.name === name);
  if (!api) return { annotations: {} };
  const { description, example, deprecated } = api;
  const claims = claimsOf(api);
  return {
    ...(Object.keys(claims).length > 0 && { claims }),
    annotations: {
      ...(description !== undefined && { description }),
      ...(example !== undefined && { examples: [example] }),
      ...(deprecated === true && { deprecated }),
    },
    // Path parameters are always required in OpenAPI, whatever the decorator's options.
    required: api.required,
  };
}

/** The names in swagger's description of one part of a route: the keys of an untyped `@Query()`. */
export function apiNamesOf(method: object, part: RoutePart): string[] {
  return parametersOf(method, part).flatMap(({ name, type }) =>
    name !== undefined && name !== '' && !isDtoClass(type) ? [name] : [],
  );
}

/** The class in swagger's description of a whole part: `@ApiBody({ type })`, `@ApiQuery({ type })`. */
export function apiClassOf(method: object, part: RoutePart): unknown {
  return parametersOf(method, part).find(
    ({ name, type, isArray }) => !name && isDtoClass(type) && !isArray,
  )?.type;
}

const types = new Map<unknown, string>([
  [String, 'string'],
  [Number, 'number'],
  [Boolean, 'boolean'],
  ...['string', 'number', 'integer', 'boolean'].map((name) => [name, name] as const),
]);

function claimsOf(api: ApiParameter): JsonSchema {
  const { schema = {}, type, isArray } = api;
  const item: JsonSchema = {
    ...(types.has(type) && { type: types.get(type) }),
    ...copyOf(schema),
  };
  if (isArray !== true || item['type'] === 'array') return item;
  return { type: 'array', ...(Object.keys(item).length > 0 && { items: item }) };
}

const keywords = [
  'type',
  'format',
  'enum',
  'items',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'pattern',
  'minItems',
  'maxItems',
];

/** The keywords with the same meaning in OpenAPI and JSON Schema. */
function copyOf(schema: JsonSchema): JsonSchema {
  if ('$ref' in schema) return {};
  return Object.fromEntries(
    keywords
      .filter((keyword) => schema[keyword] !== undefined)
      .map((keyword) => [keyword, schema[keyword]]),
  );
}
