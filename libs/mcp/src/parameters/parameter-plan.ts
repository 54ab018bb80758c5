import { McpConfigurationError } from '../errors/configuration.error.js';
import { isDtoClass } from '../schema/dto/dto-property.js';
import { carriedSchemaOf } from '../schema/standard.schema.js';
import { objectSchema, type NamedSchema } from '../schema/object.schema.js';
import {
  toSchema,
  type SchemaSource,
  type ToSchemaOptions,
  type ValidationInForce,
} from '../schema/to-schema.js';
import {
  bind,
  bindCarried,
  checkBy,
  type ParameterPlan,
  type PipelineArguments,
} from './parameter-bound.js';
import { toNamedSchema } from './parameter-named.js';
import {
  noClass,
  noMetadata,
  readParameterRoles,
  type DeclaredMethod,
  type ParameterRole,
} from './parameter-roles.js';
import { routeOf, type Route } from './parameter-route.js';
import { planDescribed, planShares } from './parameter-shares.js';
import { spreadInput, type ReadSettings } from './parameter-spread.js';
import { refusingEmpty } from './path-values.js';
import type { InputMapping } from './request-view.js';
import { RouteParamtypes } from '../nest/router-internals.js';

export type { BoundParameter, ParameterPlan, PipelineArguments } from './parameter-bound.js';

/** The settings of a plan, besides the method. */
export interface PlanOptions {
  readonly input?: SchemaSource;
  /** The input schema if neither `input` nor the type of a parameter determines it. */
  readonly implied?: SchemaSource;
  /** The validation of a parameter with these pipes of its own. */
  readonly inForce: (pipes: readonly unknown[]) => ValidationInForce;
  readonly advise?: ToSchemaOptions['advise'];
}

/** Plans a method's parameters. Throws `McpConfigurationError` if one cannot be filled or has no schema. */
export function planParameters(method: DeclaredMethod, options: PlanOptions): ParameterPlan {
  const roles = readParameterRoles(method);
  const route = routeOf(method.host, method.name);
  const wholes = roles.filter((role) => role.role === 'input' && !role.part);
  const divided = roles.some((role) => 'part' in role && role.part);
  const named = roles.some((role) => role.role === 'named');
  if (wholes.length > 1 || (wholes.length > 0 && (named || divided))) {
    throw new McpConfigurationError(
      method.where,
      'several parameters claim the whole input.',
      'Take one DTO, or name every input by @McpParam.',
    );
  }
  if (wholes.length === 0 && (divided || route)) return planDivided(roles, method, route, options);
  const plan = planWhole(roles, method, options);
  return route ? refusingEmpty({ ...plan, mapping: mappingOf(route) }) : plan;
}

/** The plan of a route whose input is split over body, query and path. */
function planDivided(
  roles: readonly ParameterRole[],
  method: DeclaredMethod,
  route: Route | undefined,
  options: PlanOptions,
): ParameterPlan {
  const { where } = method;
  const settings = settingsOf(where, options);
  const described = options.input !== undefined;
  const callback = (method.host.prototype as Record<string, object>)[method.name] as object;
  const spread = spreadInput(roles, { callback, route, described }, settings);
  const plan = described
    ? planDescribed(roles, spread, toSchema(options.input, { ...settings([]), root: 'object' }))
    : planShares(roles, spread, where);
  return route ? refusingEmpty({ ...plan, mapping: spread.mapping }) : plan;
}

/** How the schemas of a method are read, depending on the pipes of the parameter. */
function settingsOf(where: string, { inForce, advise }: PlanOptions): ReadSettings {
  return (pipes) => ({ io: 'input', where, advise, ...inForce(pipes) });
}

/**
 * The mapping for a route method that takes its whole input like an MCP method: guards find the path's variables in
 * `params`.
 */
function mappingOf({ variables, rest }: Route): InputMapping {
  const none = new Set<string>();
  return { params: new Set(variables.keys()), query: none, body: none, rest };
}

function planWhole(
  roles: readonly ParameterRole[],
  { host, name, where }: DeclaredMethod,
  options: PlanOptions,
): ParameterPlan {
  const settings = settingsOf(where, options);
  const whole = roles.find((role) => role.role === 'input');
  if (whole || options.input !== undefined) {
    const source = options.input ?? sourceOf(whole?.designType, options.implied, where);
    const input = toSchema(source, { ...settings(whole?.pipes ?? []), root: 'object' });
    if (whole && carriedSchemaOf(source)) {
      const carried = { schema: input, json: input.json };
      return {
        parameters: roles.map((role) =>
          role === whole ? bindCarried(role, source, carried, (args) => args[3]) : bind(role),
        ),
        input,
      };
    }
    const dto = whole !== undefined && isDtoClass(source);
    return {
      parameters: roles.map((role) =>
        role === whole && dto
          ? { ...bind(role), dto, metatype: source, read: (args: PipelineArguments) => args[3] }
          : bind(role),
      ),
      input,
      ...(!dto && { check: checkBy(input) }),
    };
  }
  const callback = (host.prototype as Record<string, object>)[name] as object;
  const properties = roles.flatMap((role): NamedSchema[] =>
    role.role === 'named' ? [toNamedSchema(role, callback, settings(role.pipes))] : [],
  );
  const duplicate = properties.find(
    ({ name: own }, i) => properties.findIndex((one) => one.name === own) < i,
  );
  if (duplicate) {
    throw new McpConfigurationError(
      where,
      `two parameters are named '${duplicate.name}'.`,
      'Give one of them another name.',
    );
  }
  const input = objectSchema(properties);
  return { parameters: roles.map(bind), input, check: checkBy(input) };
}

/** Plans a method `(value: string, context)` whose input is `{ value }`. Throws `McpConfigurationError`. */
export function planTextMethod(method: DeclaredMethod): ParameterPlan {
  const roles = readParameterRoles(method, true);
  const value = { type: 'object', properties: { value: { type: 'string' } } };
  return {
    parameters: roles.map((role) =>
      role.role === 'input'
        ? {
            ...bind(role),
            metatype: String,
            read: ([, , , input]: PipelineArguments) => (input as { value: string }).value,
          }
        : bind(role),
    ),
    input: toSchema(value, { io: 'input', where: method.where }),
  };
}

/** Plans a handler `(input, context)` that was added at run time, without decorators. Throws `McpConfigurationError`. */
export function planRuntimeHandler(
  source: SchemaSource | undefined,
  where: string,
  settings: Omit<ToSchemaOptions, 'io' | 'where' | 'root'>,
): ParameterPlan {
  const input =
    source === undefined
      ? objectSchema([])
      : toSchema(source, { ...settings, io: 'input', where, root: 'object' });
  const dto = isDtoClass(source) && !carriedSchemaOf(source);
  const basics = { designType: Object, data: undefined, pipes: [] };
  const given = bind({ ...basics, index: 0, role: 'input', type: RouteParamtypes.BODY });
  return {
    parameters: [
      dto ? { ...given, dto, metatype: source, read: (args) => args[3] } : given,
      bind({ ...basics, index: 1, role: 'context' }),
    ],
    input,
    ...(!dto && { check: checkBy(input) }),
  };
}

function sourceOf(
  designType: unknown,
  implied: SchemaSource | undefined,
  where: string,
): SchemaSource {
  if (isDtoClass(designType)) return designType;
  if (implied !== undefined) return implied;
  throw new McpConfigurationError(
    where,
    `nothing says what the input looks like: ${designType === undefined ? noMetadata : noClass}`,
    'Type the parameter as a DTO class, give { input: schema } to the decorator, or name the inputs by @McpParam.',
  );
}
