import type { ValidationPipeOptions } from '@nestjs/common';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { RouteParamsFactory } from '@nestjs/core/router/route-params-factory.js';
import { McpConfigurationError } from '../errors/configuration.error.js';
import { InvalidInputException } from '../errors/invalid-input.exception.js';
import { toLines } from '../schema/issue.lines.js';
import type { McpSchema } from '../schema/mcp.schema.js';
import { isDtoClass } from '../schema/dto.property.js';
import { objectSchema, type NamedSchema } from '../schema/object.schema.js';
import { isRequiredParam, toParamSchema, type ParamSchemaOptions } from '../schema/param.schema.js';
import { toSchema, type SchemaSource } from '../schema/to-schema.js';
import { readParameterRoles, type DeclaredMethod, type ParameterRole } from './parameter.roles.js';

/** The arguments of every enhancer: request, response, next, input, context. */
export type PipelineArguments = readonly [object, object, unknown, unknown, unknown];

/** One parameter of a handler, ready to be filled in a call. */
export interface BoundParameter {
  readonly index: number;
  /** Nest's parameter type, as pipes see it. */
  readonly type: number | string;
  readonly data: unknown;
  readonly metatype: unknown;
  readonly pipes: readonly unknown[];
  /** Whether pipes run on it. */
  readonly piped: boolean;
  /** Validated as a DTO by a `ValidationPipe`. */
  readonly dto: boolean;
  /** Factory of a custom parameter decorator; gets its data and an execution context. */
  readonly factory?: unknown;
  /** Takes the value from the arguments; `checked` is the input after the plan's own check. */
  readonly read: (args: PipelineArguments, checked: unknown) => unknown;
}

/** How the parameters of one method are filled, and the schema that follows from them. */
export interface ParameterPlan {
  readonly parameters: readonly BoundParameter[];
  /** What the client reads; validates the whole input. */
  readonly input: McpSchema;
  /** Checks and converts what no `ValidationPipe` looks after; throws `InvalidInputException`. */
  readonly check?: (input: unknown) => Promise<unknown>;
}

/** What a plan depends on beside the method. */
export interface PlanOptions {
  readonly input?: SchemaSource;
  readonly validation: ValidationPipeOptions;
}

const routeParams = new RouteParamsFactory();

/** Plans a method's parameters. Throws `McpConfigurationError` where one cannot be filled or has no schema. */
export function planParameters(method: DeclaredMethod, options: PlanOptions): ParameterPlan {
  const roles = readParameterRoles(method);
  const { where } = method;
  const wholes = roles.filter((role) => role.role === 'input');
  const named = roles.filter((role) => role.role === 'named');
  const settings = { io: 'input', where, validation: options.validation } as const;
  if (wholes.length > 1 || (wholes.length > 0 && named.length > 0)) {
    throw new McpConfigurationError(
      where,
      'several parameters claim the whole input.',
      'Take one DTO, or name every input by @McpParam.',
    );
  }
  const whole = wholes[0];
  if (whole || options.input !== undefined) {
    const source = options.input ?? sourceOf(whole?.designType, where);
    const input = toSchema(source, { ...settings, root: 'object' });
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
  const properties = named.map((role): NamedSchema => {
    const param = role.options as ParamSchemaOptions;
    return {
      name: role.name,
      schema: toParamSchema(param, role.designType, settings),
      required: isRequiredParam(param),
      default: param.default,
    };
  });
  const duplicate = named.find((role, i) => named.findIndex(({ name }) => name === role.name) < i);
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
  validation: ValidationPipeOptions,
): ParameterPlan {
  const input =
    source === undefined
      ? objectSchema([])
      : toSchema(source, { io: 'input', where, validation, root: 'object' });
  const dto = isDtoClass(source);
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

function checkBy(schema: McpSchema): (input: unknown) => Promise<unknown> {
  return async (input) => {
    const result = await schema.validate(input);
    if (result.issues) throw new InvalidInputException(toLines(result.issues, input, schema.json));
    return result.value;
  };
}

function sourceOf(designType: unknown, where: string): SchemaSource {
  if (isDtoClass(designType)) return designType;
  throw new McpConfigurationError(
    where,
    'nothing says what the input looks like: its type is not a class.',
    'Type the parameter as a DTO class, give { input: schema } to the decorator, or name the inputs by @McpParam.',
  );
}

/** A parameter of a role whose value needs no `ValidationPipe`; its metatype is hidden from the application's. */
function bind(role: ParameterRole): BoundParameter {
  const { index, data, pipes, designType } = role;
  const basics = { index, data, pipes, metatype: designType, piped: false, dto: false };
  switch (role.role) {
    case 'input':
      return {
        ...basics,
        type: role.type,
        piped: true,
        metatype: Object,
        read: (_args, checked) => checked,
      };
    case 'named':
      return {
        ...basics,
        type: role.type,
        piped: true,
        metatype: isDtoClass(designType) ? Object : designType,
        read: (_args, checked) => (checked as Record<string, unknown>)[role.name],
      };
    case 'context':
      return { ...basics, type: 'context', read: (args) => args[4] };
    case 'custom':
      return {
        ...basics,
        type: role.key,
        piped: true,
        factory: role.factory,
        read: () => undefined,
      };
    default:
      return {
        ...basics,
        type: role.type,
        piped: role.type === RouteParamtypes.RAW_BODY,
        read: readRoute(role.type, data),
      };
  }
}

function readRoute(type: RouteParamtypes, data: unknown): (args: PipelineArguments) => unknown {
  return ([req, res, next]) =>
    routeParams.exchangeKeyForValue(type, data as string, {
      req,
      res,
      next: next as () => void,
    }) as unknown;
}
