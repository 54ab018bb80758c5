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

/** Observes a pipe once, which `takeShortcut` requires. */
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

/** Whether `prepareShortcut` has found that the pipe does exactly what the plans reproduce. */
export function isFollowed(pipe: ValidationPipe): boolean {
  return known.get(pipe) !== undefined && areUnpatched(pipe);
}

/**
 * The output of a `ValidationPipe` for an input that is certainly valid, many times faster than the pipe itself.
 * `undefined` means that the pipe has to run, as it must for each pipe that `prepareShortcut` has not observed. Each
 * class is planned on its first input.
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
  // If planning throws, the pipe itself throws again.
  plans.set(type, { plan: undefined });
  const plan = planDto(type, {
    ...validatorOptions,
    ...(transformOptions && { transformOptions }),
  });
  plans.set(type, { plan });
  return plan;
}

/**
 * The result that Nest's pipe returns: without `transform`, the input itself, or the plain form if there are options.
 */
function toResult(
  instance: object,
  input: object,
  { isTransformEnabled, validatorOptions, transformOptions }: ValidationPipeMembers,
): object {
  if (isTransformEnabled) return instance;
  if (Object.keys(validatorOptions).length <= 1) return input;
  return instanceToPlain(instance, transformOptions);
}

/** Options that a plan supports, or that only affect the form of a refusal. */
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

/** Two of them only concern `undefined` values, which JSON does not have. */
const TRANSFORM_OPTIONS = new Set([
  'enableImplicitConversion',
  'exposeDefaultValues',
  'exposeUnsetFields',
]);

/** Whether a pipe has only options that the plans support. */
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
