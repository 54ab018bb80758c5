import { InvalidInputException } from '../errors/invalid-input.exception.js';
import { ownValue } from '../schema/given-preview.js';
import { toLines } from '../schema/issue-lines.js';
import type { JsonSchema, McpSchema } from '../schema/mcp.schema.js';
import { objectSchema, type NamedSchema } from '../schema/object.schema.js';
import { tooManyBeside, toUnknownIssues } from '../schema/unknown-keys.js';
import { carriedSchemaOf } from '../schema/standard.schema.js';
import { rawSchema } from '../schema/scalar.schema.js';
import {
  bind,
  bindCarried,
  checkBy,
  checkPart,
  type BoundParameter,
  type ParameterPlan,
} from './parameter-bound.js';
import type { ParameterRole } from './parameter-roles.js';
import type { Share, Spread } from './parameter-spread.js';

/** Binds the parameters of a method with a split input: each reads and checks its own part. */
export function planShares(
  roles: readonly ParameterRole[],
  spread: Spread,
  where: string,
): Omit<ParameterPlan, 'view'> {
  const only = [...spread.shares.values()][0];
  const alone = spread.shares.size === 1 && spread.keys.size === only?.keys.size;
  if (only?.dto !== undefined && alone && spread.named.size === 0)
    return planAlone(roles, only, spread, where);
  const { json } = spread;
  const strict = json['additionalProperties'] === false;
  return {
    parameters: roles.map((role): BoundParameter => {
      const property = spread.named.get(role);
      if (property) return bindNamed(role, property, json);
      const share = spread.shares.get(role);
      return share ? bindShare(role, share, spread) : bind(role);
    }),
    input: rawSchema(json, where),
    spread: true,
    ...(strict && { check: (input: unknown) => refuseUnknown(input, spread.keys, json) }),
  };
}

/** A single DTO takes the whole input: its pipe reports all problems, including unknown keys. */
function planAlone(
  roles: readonly ParameterRole[],
  { dto }: Share,
  { json, shares }: Spread,
  where: string,
): Omit<ParameterPlan, 'view'> {
  return {
    parameters: roles.map((role) =>
      shares.has(role)
        ? { ...bind(role), dto: true, metatype: dto, read: (args) => args[3] }
        : bind(role),
    ),
    input: rawSchema(json, where),
  };
}

/** Binds the parameters to an input that the decorator's schema describes and checks as a whole. */
export function planDescribed(
  roles: readonly ParameterRole[],
  spread: Spread,
  input: McpSchema,
): Omit<ParameterPlan, 'view'> {
  return {
    parameters: roles.map((role): BoundParameter => {
      const share = spread.shares.get(role);
      if (!share) return bind(role);
      const read: BoundParameter['read'] = (_args, checked) => pick(checked, share, spread);
      return share.dto === undefined
        ? { ...bind(role), read }
        : { ...bind(role), dto: true, metatype: share.dto, read };
    }),
    input,
    check: checkBy(input),
  };
}

function bindNamed(role: ParameterRole, property: NamedSchema, json: JsonSchema): BoundParameter {
  const { name } = property;
  const own = objectSchema([property]);
  return {
    ...bind(role),
    // With the class, a pipe of the application may load an entity by its id.
    metatype: carriedSchemaOf(role.designType) ? Object : role.designType,
    read: async (args) => {
      const whole = args[3];
      const checked = await checkPart(
        own,
        pickKeys(whole, (key) => key === name),
        { whole, json },
      );
      return ownValue(checked, name);
    },
  };
}

function bindShare(role: ParameterRole, share: Share, spread: Spread): BoundParameter {
  const { dto, carrier, schema } = share;
  const { json } = spread;
  const take = (input: unknown): unknown => pick(input, share, spread);
  if (dto !== undefined) {
    return { ...bind(role), dto: true, metatype: dto, read: (args) => take(args[3]) };
  }
  if (carrier !== undefined && schema) {
    return bindCarried(role, carrier, { schema, json }, (args) => take(args[3]));
  }
  return {
    ...bind(role),
    read: async (args) =>
      schema ? checkPart(schema, take(args[3]), { whole: args[3], json }) : take(args[3]),
  };
}

/**
 * The value of one unnamed parameter: its own keys, and if its part is open also those that no other parameter reads.
 */
function pick(input: unknown, { keys, open, part }: Share, spread: Spread): unknown {
  const takesRest = open && part === spread.mapping.rest;
  return pickKeys(input, (key) => keys.has(key) || (takesRest && !spread.keys.has(key)));
}

function pickKeys(input: unknown, wanted: (key: string) => boolean): Record<string, unknown> {
  return Object.fromEntries(Object.entries(input ?? {}).filter(([key]) => wanted(key)));
}

async function refuseUnknown(
  input: unknown,
  known: ReadonlySet<string>,
  json: JsonSchema,
): Promise<void> {
  const many = tooManyBeside(known, input ?? {});
  if (many) throw new InvalidInputException(toLines(toUnknownIssues(many), input, json));
  const issues = Object.keys(input ?? {})
    .filter((key) => !known.has(key))
    .map((key) => ({ path: [key], message: 'should not exist' }));
  if (issues.length > 0) throw new InvalidInputException(toLines(issues, input, json));
}
