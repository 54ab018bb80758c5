import { isDtoClass } from '../schema/dto/dto.property.js';
import type { JsonSchema, McpSchema } from '../schema/mcp.schema.js';
import type { NamedSchema } from '../schema/object.schema.js';
import { isRequiredParam, toParamSchema, type ParamSchemaOptions } from '../schema/param.schema.js';
import { rawSchema, scalarSchema } from '../schema/scalar.schema.js';
import { toSchema, type ToSchemaOptions } from '../schema/to-schema.js';
import { readPipes } from './parameter.pipes.js';
import type { ParameterRole } from './parameter.roles.js';
import type { RoutePart } from './parameter.route.js';
import { apiHintsOf } from './parameter.swagger.js';

/** What is known of a parameter that takes one named input. */
export type NamedInput = Pick<
  Extract<ParameterRole, { role: 'named' }>,
  'name' | 'part' | 'designType' | 'pipes' | 'options' | 'schema'
>;

/** The schema of one named input: of `@McpParam` by its options, of a route's parameter by its pipes, its type and swagger. */
export function toNamedSchema(
  role: NamedInput,
  method: object,
  settings: ToSchemaOptions,
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
  const schema = toRouteSchema(role, part, { ...pipes, api: api.claims }, settings);
  const fallback = pipes.default;
  return {
    name,
    schema: {
      json: {
        ...schema.json,
        ...api.annotations,
        ...(fallback !== undefined && { default: fallback }),
      },
      validate: (value) => schema.validate(value),
    },
    // The pipes themselves hand over what they put in place of nothing.
    required: !pipes.optional && api.required !== false,
  };
}

interface Claims {
  readonly claims?: JsonSchema;
  readonly custom: boolean;
  readonly api?: JsonSchema;
}

function toRouteSchema(
  { designType, schema }: NamedInput,
  part: RoutePart,
  { claims, custom, api }: Claims,
  settings: ToSchemaOptions,
): McpSchema {
  const { where } = settings;
  if (schema !== undefined) return unchanged(toSchema(schema, settings));
  if (claims) return rawSchema(agrees(api, claims) ? { ...api, ...claims } : claims, where);
  const scalar = scalarSchema(designType, 'input');
  if (custom) return rawSchema(api ?? scalar?.json ?? unseen(part), where);
  if (scalar)
    return agrees(api, scalar.json) ? rawSchema({ ...scalar.json, ...api }, where) : scalar;
  if (isDtoClass(designType)) return toSchema(designType, settings);
  if (api) return rawSchema(api, where);
  if (designType === Array) return rawSchema(listOf(part), where);
  return rawSchema(part === 'body' ? {} : { type: ['string', 'number', 'boolean'] }, where);
}

/** What a pipe of the application takes: over HTTP, the text of the URL. */
function unseen(part: RoutePart): JsonSchema {
  return part === 'body' ? {} : { type: 'string' };
}

function listOf(part: RoutePart): JsonSchema {
  return part === 'body' ? { type: 'array' } : { type: 'array', items: { type: 'string' } };
}

/** Whether what swagger says fits what is known from the source. */
function agrees(api: JsonSchema | undefined, known: JsonSchema): api is JsonSchema {
  if (!api) return false;
  const [said, is] = [api['type'], known['type']];
  return said === undefined || said === is || (said === 'integer' && is === 'number');
}

/** A pipe of the application converts by the same schema: what it gets must be what was sent. */
function unchanged(schema: McpSchema): McpSchema {
  return {
    json: schema.json,
    validate: async (value) => {
      const result = await schema.validate(value);
      return result.issues ? result : { value };
    },
  };
}
