import { InvalidInputException } from '../errors/invalid-input.exception.js';
import { isDtoClass } from '../schema/dto/dto-property.js';
import { ownValue } from '../schema/given-preview.js';
import { toLines } from '../schema/issue-lines.js';
import type { JsonSchema, McpSchema } from '../schema/mcp.schema.js';
import type { ParameterRole } from './parameter-roles.js';
import type { InputMapping } from './request-view.js';
import { RouteParamsFactory, RouteParamtypes } from '../nest/router-internals.js';

/** The arguments of every enhancer: request, response, next, input, context. */
export type PipelineArguments = readonly [object, object, unknown, unknown, unknown];

/** One parameter of a handler, with the function that reads its value in a call. */
export interface BoundParameter {
  readonly index: number;
  /** Nest's parameter type, as pipes see it. */
  readonly type: number | string;
  readonly data: unknown;
  readonly metatype: unknown;
  readonly pipes: readonly unknown[];
  /** Whether pipes run on it. */
  readonly piped: boolean;
  /** Whether a `ValidationPipe` validates it as a DTO. */
  readonly dto: boolean;
  /** The factory of a custom parameter decorator; it receives the decorator's data and an execution context. */
  readonly factory?: unknown;
  /**
   * Reads the value, or a promise of it, from the arguments; `checked` is the input after the plan's own check. May
   * throw `InvalidInputException`.
   */
  readonly read: (args: PipelineArguments, checked: unknown) => unknown;
  /**
   * Checks and converts a value that no pipe has converted. A class with its own schema may be parsed by a pipe of the
   * application, and must not be parsed twice. Throws `InvalidInputException`.
   */
  readonly settle?: (value: unknown, input: unknown) => Promise<unknown>;
}

/** How the parameters of one method are filled, and the resulting input schema. */
export interface ParameterPlan {
  readonly parameters: readonly BoundParameter[];
  /** The input schema for clients; it validates the whole input. */
  readonly input: McpSchema;
  /** Checks and converts the parts that no `ValidationPipe` checks; throws `InvalidInputException`. */
  readonly check?: (input: unknown) => Promise<unknown>;
  /**
   * Whether the parameters check their own parts of the input: problems that `check` finds are then reported together
   * with theirs.
   */
  readonly spread?: boolean;
  /** For route methods: how the input is split over the request that guards see; otherwise they see the real one. */
  readonly mapping?: InputMapping;
}

const routeParams = new RouteParamsFactory();

/** A parameter whose value needs no `ValidationPipe`; its metatype is hidden from the application's. */
export function bind(role: ParameterRole): BoundParameter {
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
        read: (_args, checked) => ownValue(checked, role.name),
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

/**
 * A parameter whose class has its own schema: a pipe of the application that supports such classes parses it, otherwise
 * this library does.
 */
export function bindCarried(
  role: ParameterRole,
  type: unknown,
  { schema, json }: { schema: McpSchema; json: JsonSchema },
  read: BoundParameter['read'],
): BoundParameter {
  return {
    ...bind(role),
    metatype: type,
    read,
    settle: (value, whole) => checkPart(schema, value, { whole, json }),
  };
}

/** Checks an input against a schema; `json` tells which values are secret. */
export function checkBy(schema: McpSchema): (input: unknown) => Promise<unknown> {
  return (input) => checkPart(schema, input, { whole: input, json: schema.json });
}

/**
 * Checks a part of an input and returns the converted value. Throws `InvalidInputException` with paths relative to the
 * whole input.
 */
export async function checkPart(
  schema: Pick<McpSchema, 'validate'>,
  part: unknown,
  { whole, json }: { whole: unknown; json: JsonSchema },
): Promise<unknown> {
  const result = await schema.validate(part);
  if (result.issues) throw new InvalidInputException(toLines(result.issues, whole, json));
  return result.value;
}
