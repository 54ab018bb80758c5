import { McpConfigurationError } from '../errors/configuration.error.js';
import { isDtoClass } from '../schema/dto/dto-property.js';
import type { JsonSchema, McpSchema } from '../schema/mcp.schema.js';
import { carriedSchemaOf } from '../schema/standard.schema.js';
import { objectSchema, type NamedSchema } from '../schema/object.schema.js';
import { toSchema, type SchemaSource, type ToSchemaOptions } from '../schema/to-schema.js';
import { decoratorOf, InputClaims, unchecked } from './parameter-claims.js';
import { toNamedSchema } from './parameter-named.js';
import { noClass, type ParameterRole } from './parameter-roles.js';
import type { Route, RoutePart } from './parameter-route.js';
import { apiClassOf, apiNamesOf } from './parameter-swagger.js';
import type { InputMapping } from './request-view.js';

/** An unnamed parameter, for a whole part of a request. */
type WholeRole = Extract<ParameterRole, { role: 'input' }>;

/** The part of the input that one unnamed parameter reads. */
export interface Share {
  readonly part: RoutePart;
  readonly keys: ReadonlySet<string>;
  /** The class as which a pipe validates it. */
  readonly dto?: unknown;
  /** The class whose own schema `schema` is. */
  readonly carrier?: unknown;
  /** The schema that checks it if no pipe does. */
  readonly schema?: McpSchema;
  /** Whether it also receives keys that no other parameter reads. */
  readonly open: boolean;
}

/** How schemas are read for a parameter with these pipes of its own. */
export type ReadSettings = (pipes: readonly unknown[]) => ToSchemaOptions;

/** An input that is split over the parts of a route's request. */
export interface Spread {
  readonly json: JsonSchema;
  readonly named: ReadonlyMap<ParameterRole, NamedSchema>;
  readonly shares: ReadonlyMap<ParameterRole, Share>;
  /** Every key that any parameter reads. */
  readonly keys: ReadonlySet<string>;
  readonly mapping: InputMapping;
}

/** The method whose input is split. */
export interface SpreadMethod {
  readonly callback: object;
  readonly route: Route | undefined;
  /** Whether the decorator has a schema that describes the input. */
  readonly described: boolean;
}

/**
 * Splits an input: named parameters read their key, and each unnamed DTO the remaining keys of its own schema.
 * Variables of the path that no parameter reads are inputs too, for guards. Throws `McpConfigurationError` if two parts
 * have the same key.
 */
export function spreadInput(
  roles: readonly ParameterRole[],
  method: SpreadMethod,
  read: ReadSettings,
): Spread {
  const settings = read([]);
  const claims = new InputClaims(settings.where);
  const named = new Map<ParameterRole, NamedSchema>();
  const shares = new Map<ParameterRole, Share>();
  for (const role of roles) {
    if (role.role !== 'named') continue;
    const isInPath = method.route?.variables.get(role.name);
    const property = toNamedSchema(role, method.callback, read(role.pipes), isInPath);
    named.set(role, property);
    claims.takeNamed(role.part, property);
  }
  for (const role of roles) {
    if (role.role !== 'input' || !role.part) continue;
    const source = sourceOf(role, role.part, method.callback);
    shares.set(
      role,
      source === undefined
        ? takeUntyped(role.part, claims, method, settings)
        : takeSource(source, role.part, claims, read(role.pipes)),
    );
  }
  for (const name of method.route?.variables.keys() ?? []) {
    if (!claims.has(name)) claims.takeNamed('params', toVariable(name, method, settings));
  }
  const open = [...shares.values()].filter((share) => share.open).map(({ part }) => part);
  const { additionalProperties: _, ...json } = objectSchema(claims.properties).json;
  return {
    json: { ...json, ...(open.length === 0 && { additionalProperties: false }) },
    named,
    shares,
    keys: new Set(claims.properties.map(({ name }) => name)),
    mapping: {
      ...toMapping(claims, method.route),
      rest: open.find((part) => part === 'body') ?? open[0] ?? method.route?.rest ?? 'body',
    },
  };
}

function toMapping(claims: InputClaims, route: Route | undefined): Omit<InputMapping, 'rest'> {
  const declared = [...claims.keysOf(undefined)].filter((name) => route?.variables.has(name));
  return {
    params: new Set([...claims.keysOf('params'), ...declared]),
    query: claims.keysOf('query'),
    body: claims.keysOf('body'),
  };
}

function sourceOf(
  { designType, schema }: WholeRole,
  part: RoutePart,
  callback: object,
): SchemaSource | undefined {
  if (schema !== undefined) return schema as SchemaSource;
  if (isDtoClass(designType)) return designType;
  return apiClassOf(callback, part) as SchemaSource | undefined;
}

function takeSource(
  source: SchemaSource,
  part: RoutePart,
  claims: InputClaims,
  settings: ToSchemaOptions,
): Share {
  const schema = toSchema(source, { ...settings, root: 'object' });
  const { properties = {}, required = [], additionalProperties, $defs } = schema.json;
  const keys = Object.entries(properties as Record<string, JsonSchema>).flatMap(([name, json]) => {
    const property: NamedSchema = {
      name,
      required: (required as string[]).includes(name),
      schema: { json: { ...json, ...($defs !== undefined && { $defs }) }, validate: unchecked },
    };
    return claims.takeProperty(part, property) ? [name] : [];
  });
  return {
    part,
    keys: new Set(keys),
    open: additionalProperties !== false,
    ...(carriedSchemaOf(source)
      ? { carrier: source, schema }
      : isDtoClass(source)
        ? { dto: source }
        : { schema }),
  };
}

/** For a part without a class, the path and swagger may have the names. */
function takeUntyped(
  part: RoutePart,
  claims: InputClaims,
  method: SpreadMethod,
  settings: ToSchemaOptions,
): Share {
  const names =
    part === 'params'
      ? [...(method.route?.variables.keys() ?? [])]
      : apiNamesOf(method.callback, part);
  if (names.length === 0 && !method.described) {
    throw new McpConfigurationError(
      settings.where,
      `nothing says what ${decoratorOf(part)} holds: ${noClass}`,
      'Type the parameter as a DTO class, name what it takes, or give { input: schema } to the decorator.',
    );
  }
  for (const name of names) {
    const property =
      part === 'params'
        ? toVariable(name, method, settings)
        : toUntyped(name, part, undefined, method, settings);
    claims.takeNamed(part, property);
  }
  return { part, keys: new Set(names), open: method.described };
}

function toVariable(name: string, method: SpreadMethod, settings: ToSchemaOptions): NamedSchema {
  const property = toUntyped(name, 'params', String, method, settings);
  return { ...property, required: method.route?.variables.get(name) === true };
}

function toUntyped(
  name: string,
  part: RoutePart,
  designType: unknown,
  { callback }: SpreadMethod,
  settings: ToSchemaOptions,
): NamedSchema {
  return toNamedSchema({ name, part, designType, pipes: [], options: {} }, callback, settings);
}
