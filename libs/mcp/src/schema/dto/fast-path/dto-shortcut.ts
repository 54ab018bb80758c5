import type { ArgumentMetadata, Type, ValidationPipe } from '@nestjs/common';
import { instanceToPlain } from 'class-transformer';
import { validationMembersOf, type ValidationPipeMembers } from '../../../nest/pipe-members.js';
import { makeDto } from './dto-maker.js';
import { planDto, type DtoPlan } from './dto-plan.js';
import { isDtoClass } from '../dto-property.js';
import { areUnpatched } from './own-packages.js';
import { callsPackagesItself } from './pipe-packages.js';

type Plans = WeakMap<Type, { readonly plan: DtoPlan | undefined }>;

const known = new WeakMap<ValidationPipe, Plans | undefined>();

const looking = new WeakMap<ValidationPipe, Promise<void>>();

/** Looks once at what a pipe does, which `takeShortcut` has to know. */
export function prepareShortcut(pipe: ValidationPipe): Promise<void> | undefined {
  if (known.has(pipe)) return undefined;
  const look = looking.get(pipe) ?? lookAt(pipe);
  looking.set(pipe, look);
  return look;
}

async function lookAt(pipe: ValidationPipe): Promise<void> {
  const isKnown = hasKnownOptions(pipe) && areUnpatched(pipe) && (await callsPackagesItself(pipe));
  known.set(pipe, isKnown ? new WeakMap() : undefined);
}

/** Whether a pipe that `prepareShortcut` has looked at does what is followed here, and nothing else. */
export function isFollowed(pipe: ValidationPipe): boolean {
  return known.get(pipe) !== undefined && areUnpatched(pipe);
}

/**
 * What a `ValidationPipe` makes of an input that is certain to be valid, many times faster than the pipe itself.
 * `undefined` says nothing: the pipe has to look, as for each pipe that `prepareShortcut` has not looked at. Each class is planned at its first input.
 */
export function takeShortcut(
  pipe: ValidationPipe,
  input: unknown,
  { metatype, type }: ArgumentMetadata,
): object | undefined {
  const plans = known.get(pipe);
  if (!plans || !areUnpatched(pipe) || type === 'custom' || !isDtoClass(metatype)) return undefined;
  const internals = validationMembersOf(pipe);
  try {
    const plan = planOf(metatype, plans, internals);
    const instance = plan && makeDto(plan, input);
    return instance && toResult(instance, input as object, internals);
  } catch {
    return undefined;
  }
}

function planOf(
  type: Type,
  plans: Plans,
  { validatorOptions, transformOptions }: ValidationPipeMembers,
): DtoPlan | undefined {
  const entry = plans.get(type);
  if (entry) return entry.plan;
  // What throws here, throws again where the pipe itself looks.
  plans.set(type, { plan: undefined });
  const plan = planDto(type, {
    ...validatorOptions,
    ...(transformOptions && { transformOptions }),
  });
  plans.set(type, { plan });
  return plan;
}

/** As Nest's pipe answers: without `transform`, the input as it came, or the plain form where there are options. */
function toResult(
  instance: object,
  input: object,
  { isTransformEnabled, validatorOptions, transformOptions }: ValidationPipeMembers,
): object {
  if (isTransformEnabled) return instance;
  if (Object.keys(validatorOptions).length <= 1) return input;
  return instanceToPlain(instance, transformOptions);
}

/** Options that a plan follows, or that only say how a refusal looks. */
const VALIDATOR_OPTIONS = new Set([
  'always',
  'dismissDefaultMessages',
  'enableDebugMessages',
  'forbidNonWhitelisted',
  'forbidUnknownValues',
  'groups',
  'skipMissingProperties',
  'skipNullProperties',
  'skipUndefinedProperties',
  'stopAtFirstError',
  'strictGroups',
  'validationError',
  'whitelist',
]);

/** Two are only about values that are `undefined`, which JSON has not. */
const TRANSFORM_OPTIONS = new Set([
  'enableImplicitConversion',
  'exposeDefaultValues',
  'exposeUnsetFields',
]);

/** Whether the options of a pipe are those that are followed here. */
function hasKnownOptions(pipe: ValidationPipe): boolean {
  const { validatorOptions, transformOptions, expectedType } = validationMembersOf(pipe);
  return (
    !expectedType &&
    Object.keys(validatorOptions).every((name) => VALIDATOR_OPTIONS.has(name)) &&
    Object.entries(transformOptions ?? {}).every(
      ([name, value]) => TRANSFORM_OPTIONS.has(name) || value === undefined || value === false,
    )
  );
}
