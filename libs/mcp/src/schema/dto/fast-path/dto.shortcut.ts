import {
  ValidationPipe,
  type ArgumentMetadata,
  type Type,
  type ValidationPipeOptions,
} from '@nestjs/common';
import { instanceToPlain } from 'class-transformer';
import { getFromContainer, Validator } from 'class-validator';
import { makeDto } from './dto.maker.js';
import { planDto, type DtoPlan } from './dto.plan.js';
import { isDtoClass } from '../dto.property.js';

/** What Nest's pipe keeps to itself, as far as it is read (the same in Nest 11 and 12). */
export interface PipeInternals {
  readonly validatorOptions: ValidationPipeOptions;
  readonly transformOptions: ValidationPipeOptions['transformOptions'];
  readonly isTransformEnabled: boolean;
  readonly expectedType: unknown;
}

type Plans = WeakMap<Type, { readonly plan: DtoPlan | undefined }>;

const known = new WeakMap<ValidationPipe, Plans | undefined>();

/**
 * What a `ValidationPipe` makes of an input that is certain to be valid, many times faster than the pipe itself.
 * `undefined` says nothing: the pipe has to look. Each class is planned at its first input.
 */
export function takeShortcut(
  pipe: ValidationPipe,
  input: unknown,
  { metatype, type }: ArgumentMetadata,
): object | undefined {
  const plans = plansOf(pipe);
  if (!plans || type === 'custom' || !isDtoClass(metatype)) return undefined;
  const internals = pipe as unknown as PipeInternals;
  try {
    const plan = planOf(metatype, plans, internals);
    const instance = plan && makeDto(plan, input);
    return instance && toResult(instance, input as object, internals);
  } catch {
    return undefined;
  }
}

function plansOf(pipe: ValidationPipe): Plans | undefined {
  if (!known.has(pipe)) known.set(pipe, isUnderstood(pipe) ? new WeakMap() : undefined);
  return known.get(pipe);
}

function planOf(
  type: Type,
  plans: Plans,
  { validatorOptions, transformOptions }: PipeInternals,
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
  { isTransformEnabled, validatorOptions, transformOptions }: PipeInternals,
): object {
  if (isTransformEnabled) return instance;
  if (Object.keys(validatorOptions).length <= 1) return input;
  return instanceToPlain(instance, transformOptions);
}

const METHODS = Object.entries(Object.getOwnPropertyDescriptors(ValidationPipe.prototype)).filter(
  ([name]) => name !== 'constructor',
);

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

/** Whether a pipe is Nest's own in all that it does, with options that are followed here. */
function isUnderstood(pipe: ValidationPipe): boolean {
  const { validatorOptions, transformOptions, expectedType } = pipe as unknown as PipeInternals;
  return (
    METHODS.every(([name, { value }]) => pipe[name as never] === value) &&
    !expectedType &&
    Object.keys(validatorOptions).every((name) => VALIDATOR_OPTIONS.has(name)) &&
    Object.entries(transformOptions ?? {}).every(
      ([name, value]) => TRANSFORM_OPTIONS.has(name) || value === undefined || value === false,
    ) &&
    getFromContainer(Validator).constructor === Validator
  );
}
