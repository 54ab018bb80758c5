import {
  DefaultValuePipe,
  ParseArrayPipe,
  ParseBoolPipe,
  ParseDatePipe,
  ParseEnumPipe,
  ParseFloatPipe,
  ParseIntPipe,
  ParseUUIDPipe,
  ValidationPipe,
  type Type,
  type ValidationPipeOptions,
} from '@nestjs/common';
import { parseMembersOf, type ParsePipeMembers } from '../nest/pipe-members.js';
import { isDtoClass, toDefault } from '../schema/dto/dto-property.js';
import type { JsonSchema } from '../schema/mcp.schema.js';
import { enumSchema } from '../schema/scalar.schema.js';
import { toSchema } from '../schema/to-schema.js';

/** The constraints that the pipes of a parameter imply for its value. */
export interface PipeHints {
  /** The JSON schema of accepted values; `undefined` if the pipes imply none. */
  readonly claims?: JsonSchema;
  /** How the pipes treat a missing input; `undefined` if only running the application's code could tell. */
  readonly missing: 'refused' | 'taken' | undefined;
  /** Their value for a missing input, as JSON. */
  readonly default?: unknown;
  /** Whether a pipe of the application runs first: the values that it accepts are not those of the parameter's type. */
  readonly custom: boolean;
}

type Reader = (pipe: ParsePipeMembers, where: string) => JsonSchema | undefined;

/** The JSON type, not the text in a URL: Nest's pipes accept both. */
const readers: readonly (readonly [Type, Reader])[] = [
  [ParseIntPipe, () => ({ type: 'integer' })],
  [ParseFloatPipe, () => ({ type: 'number' })],
  [ParseBoolPipe, () => ({ type: 'boolean' })],
  [ParseUUIDPipe, () => ({ type: 'string', format: 'uuid' })],
  [ParseDatePipe, () => ({ type: 'string', anyOf: [{ format: 'date-time' }, { format: 'date' }] })],
  [ParseEnumPipe, ({ enumType }, where) => enumType && enumSchema(enumType, where).json],
  [ParseArrayPipe, readArray],
  [DefaultValuePipe, () => undefined],
  [ValidationPipe, () => undefined],
];

/** Reads the pipes of a parameter, instances and classes alike. */
export function readPipes(pipes: readonly unknown[], where: string): PipeHints {
  let claims: JsonSchema | undefined;
  let missing: PipeHints['missing'];
  let fallback: unknown;
  for (const pipe of pipes) {
    const known = readers.find(([type]) => isPipe(pipe, type));
    // Pipes after one of the application get that pipe's output.
    if (!known) return { claims, missing, default: fallback, custom: claims === undefined };
    const internals = parseMembersOf(typeof pipe === 'function' ? {} : (pipe as object));
    const form = known[1](internals, where);
    const { optional, default: own } = internals.options ?? {};
    if (isPipe(pipe, DefaultValuePipe) && internals.defaultValue !== undefined) {
      fallback ??= toDefault(internals.defaultValue);
      missing ??= 'taken';
    }
    if (optional === true || own !== undefined) missing ??= 'taken';
    else if (form) missing ??= 'refused';
    claims ??= form;
  }
  return { claims, missing, default: fallback, custom: false };
}

function isPipe(pipe: unknown, type: Type): boolean {
  if (typeof pipe !== 'function') return pipe instanceof type;
  return pipe === type || pipe.prototype instanceof type;
}

function readArray({ options }: ParsePipeMembers, where: string): JsonSchema {
  const { items, ...validation } = (options ?? {}) as ValidationPipeOptions & { items?: unknown };
  const scalars = new Map<unknown, string>([
    [String, 'string'],
    [Number, 'number'],
    [Boolean, 'boolean'],
  ]);
  if (scalars.has(items)) return { type: 'array', items: { type: scalars.get(items) } };
  if (!isDtoClass(items)) return { type: 'array' };
  return toSchema([items], { io: 'input', where, validation: { transform: true, ...validation } })
    .json;
}
