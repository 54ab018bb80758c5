import { isDtoClass } from '../schema/dto/dto-property.js';
import type { JsonSchema, McpSchema } from '../schema/mcp.schema.js';
import type { NamedSchema } from '../schema/object.schema.js';
import { isRequiredParam, toParamSchema, type ParamSchemaOptions } from '../schema/param.schema.js';
import { rawSchema, scalarSchema } from '../schema/scalar.schema.js';
import { toSchema, type ToSchemaOptions } from '../schema/to-schema.js';
import { unchecked } from './parameter-claims.js';
import { EMPTY } from './path-values.js';
import { readPipes, type PipeHints } from './parameter-pipes.js';
import type { ParameterRole } from './parameter-roles.js';
import type { RoutePart } from './parameter-route.js';
import { apiHintsOf, type ApiHints } from './parameter-swagger.js';

/** The properties of a parameter that reads one named input. */
export type NamedInput = Pick<
  Extract<ParameterRole, { role: 'named' }>,
  'name' | 'part' | 'designType' | 'pipes' | 'options' | 'schema'
>;

/**
 * The schema of one named input: that of `@McpParam` by its options, that of a route's parameter by its pipes, its type
 * and swagger. `isInPath`: whether the parameter is a variable in every form of the route's path.
 */
export function toNamedSchema(
  role: NamedInput,
  method: object,
  settings: ToSchemaOptions,
  isInPath?: boolean,
): NamedSchema {
  const { name, part } = role;
  if (part === undefined) {
    const param = role.options as ParamSchemaOptions;
    return {
      name,
      schema: toParamSchema(param, role.designType, {
        ...settings,
        where: `${settings.where} ('${name}')`,
      }),
      required: isRequiredParam(param),
      default: param.default,
    };
  }
  const pipes = readPipes(role.pipes, settings.where);
  const api = apiHintsOf(method, part, name);
  const schema = toRouteSchema(role, part, pipes, api.claims, settings);
  const fallback = pipes.default;
  return {
    name,
    schema: {
      json: {
        ...schema.json,
        ...api.annotations,
        ...(fallback !== undefined && { default: fallback }),
      },
      validate: (value) =>
        part === 'params' && value === ''
          ? { issues: [{ message: EMPTY }] }
          : schema.validate(value),
    },
    // Such pipes supply the value of a missing input themselves.
    required: isRequired(role, pipes, api, schema, isInPath),
  };
}

/** Whether a request without the input would never reach the method. */
function isRequired(
  { part, schema: given }: NamedInput,
  { missing }: PipeHints,
  api: ApiHints,
  schema: McpSchema,
  isInPath: boolean | undefined,
): boolean {
  // No URL of the route lacks the segment, whatever the pipe makes of a missing value.
  if (part === 'params' && isInPath === true) return true;
  if (missing !== undefined) return missing === 'refused';
  if (part === 'params') return isInPath ?? true;
  return api.required === true || (given !== undefined && refusesAbsence(schema));
}

function refusesAbsence(schema: McpSchema): boolean {
  const result = schema.validate(undefined);
  return result instanceof Promise ? true : result.issues !== undefined;
}

function toRouteSchema(
  { designType, schema }: NamedInput,
  part: RoutePart,
  { claims, custom }: PipeHints,
  api: JsonSchema | undefined,
  settings: ToSchemaOptions,
): McpSchema {
  const { where } = settings;
  if (schema !== undefined) return unchanged(toSchema(schema, settings));
  if (custom) return part === 'body' ? asSent(api, designType) : asText(api, part);
  if (claims) return rawSchema(agrees(api, claims) ? { ...api, ...claims } : claims, where);
  const scalar = scalarSchema(designType, 'input');
  if (scalar)
    return agrees(api, scalar.json) ? rawSchema({ ...scalar.json, ...api }, where) : scalar;
  if (isDtoClass(designType)) return toSchema(designType, settings);
  if (api) return rawSchema(api, where);
  if (designType === Array) return rawSchema(listOf(part), where);
  return rawSchema(part === 'body' ? {} : { type: ['string', 'number', 'boolean'] }, where);
}

/** The value that a pipe of the application gets over HTTP: text from the URL, or for a query a list of texts. */
function asText(api: JsonSchema | undefined, part: RoutePart): McpSchema {
  return {
    json: api ?? { type: 'string' },
    validate: (value) => {
      const isList = Array.isArray(value) && part === 'query';
      const texts: readonly unknown[] = isList ? value : [value];
      // A URL cannot contain an object, and the pipe may rely on that.
      if (!texts.every((text) => ['string', 'number', 'boolean'].includes(typeof text))) {
        return { issues: [{ message: 'must be a string' }] };
      }
      return { value: isList ? texts.map(String) : String(value) };
    },
  };
}

/** The value that a pipe of the application gets from a body: any JSON. Only the pipe knows which values it accepts. */
function asSent(api: JsonSchema | undefined, designType: unknown): McpSchema {
  const json = api ?? scalarSchema(designType, 'input')?.json ?? { type: 'string' };
  return { json: designType === Array ? { type: 'array' } : json, validate: unchecked };
}

function listOf(part: RoutePart): JsonSchema {
  return part === 'body' ? { type: 'array' } : { type: 'array', items: { type: 'string' } };
}

/** Whether swagger's description is consistent with the type in the source. */
function agrees(api: JsonSchema | undefined, known: JsonSchema): api is JsonSchema {
  if (!api) return false;
  const [said, is] = [api['type'], known['type']];
  return said === undefined || said === is || (said === 'integer' && is === 'number');
}

/** A pipe of the application converts with the same schema, so it must get the original value. */
function unchanged(schema: McpSchema): McpSchema {
  return {
    json: schema.json,
    validate: async (value) => {
      const result = await schema.validate(value);
      return result.issues ? result : { value };
    },
  };
}
