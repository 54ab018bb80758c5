import { InvalidInputException } from '../errors/invalid-input.exception.js';
import { isDtoClass } from '../schema/dto/dto-property.js';
import { toLines } from '../schema/issue-lines.js';
import type { JsonSchema, McpSchema } from '../schema/mcp.schema.js';
import type { ParameterRole } from './parameter-roles.js';
import type { InputMapping } from './request-view.js';
import { RouteParamsFactory, RouteParamtypes } from '../nest/router-internals.js';

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
  /**
   * Takes the value, or a promise of it, from the arguments; `checked` is the input after the plan's own check.
   * May refuse it by an `InvalidInputException`.
   */
  readonly read: (args: PipelineArguments, checked: unknown) => unknown;
  /**
   * Checks and converts what no pipe has converted: the schema that a class carries is a pipe's of the application where
   * there is one, and parsing twice is not the same as once. Throws `InvalidInputException`.
   */
  readonly settle?: (value: unknown, input: unknown) => Promise<unknown>;
}

/** How the parameters of one method are filled, and the schema that follows from them. */
export interface ParameterPlan {
  readonly parameters: readonly BoundParameter[];
  /** What the client reads; validates the whole input. */
  readonly input: McpSchema;
  /** Checks and converts what no `ValidationPipe` looks after; throws `InvalidInputException`. */
  readonly check?: (input: unknown) => Promise<unknown>;
  /** The parameters check their own shares of the input: what `check` refuses is one complaint among theirs. */
  readonly spread?: boolean;
  /** Of a route method: how the input is divided over the request that guards see; otherwise they see the real one. */
  readonly mapping?: InputMapping;
}

const routeParams = new RouteParamsFactory();

/** A parameter of a role whose value needs no `ValidationPipe`; its metatype is hidden from the application's. */
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

/** A parameter whose class carries its schema: a pipe of the application that knows such classes parses it, else we do. */
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

/** Checks an input by a schema; `json` tells which of its values are secret. */
export function checkBy(schema: McpSchema): (input: unknown) => Promise<unknown> {
  return (input) => checkPart(schema, input, { whole: input, json: schema.json });
}

/** Checks a part of an input and hands over the converted value. Throws `InvalidInputException` with lines about the whole. */
export async function checkPart(
  schema: Pick<McpSchema, 'validate'>,
  part: unknown,
  { whole, json }: { whole: unknown; json: JsonSchema },
): Promise<unknown> {
  const result = await schema.validate(part);
  if (result.issues) throw new InvalidInputException(toLines(result.issues, whole, json));
  return result.value;
}
