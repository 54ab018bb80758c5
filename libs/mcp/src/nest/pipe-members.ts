import { ValidationPipe, type ValidationError, type ValidationPipeOptions } from '@nestjs/common';

/** The protected members of Nest's `ValidationPipe` that are read here; the same in Nest 11 and 12. */
export interface ValidationPipeMembers {
  readonly validatorOptions: ValidationPipeOptions;
  readonly transformOptions: ValidationPipeOptions['transformOptions'];
  readonly isTransformEnabled: boolean;
  readonly isDetailedOutputDisabled?: boolean;
  readonly errorHttpStatusCode?: number;
  readonly expectedType: unknown;
  readonly exceptionFactory: (errors: ValidationError[]) => unknown;
}

/** The settings that a `ValidationPipe` has derived from its options. */
export function validationMembersOf(pipe: ValidationPipe): ValidationPipeMembers {
  return pipe as unknown as ValidationPipeMembers;
}

/** The part of a pipe's members that determines which inputs are valid, and what becomes of them. */
export function rulesOf({
  validatorOptions,
  transformOptions,
  isTransformEnabled: transform,
}: ValidationPipeMembers): ValidationPipeOptions {
  return { ...validatorOptions, transform, ...(transformOptions && { transformOptions }) };
}

/** The same of a pipe that will be created with these options. */
export function rulesIn(options: ValidationPipeOptions): ValidationPipeOptions {
  const {
    transform = false,
    transformOptions,
    disableErrorMessages: _messages,
    errorFormat: _format,
    errorHttpStatusCode: _status,
    exceptionFactory: _factory,
    expectedType: _type,
    maxErrorMessagesLength: _length,
    transformerPackage: _transformer,
    validateCustomDecorators: _custom,
    validatorPackage: _validator,
    ...validatorOptions
  } = options;
  return {
    forbidUnknownValues: false,
    ...validatorOptions,
    transform,
    ...(transformOptions && { transformOptions }),
  };
}

/** The steps of Nest's pipe. A subclass may override each of them. */
const STEPS = ['transform', 'toValidate', 'validate'] as const;

/** Whether a pipe validates with the steps of Nest's own `ValidationPipe`. */
export function hasNestsSteps(pipe: ValidationPipe): boolean {
  const own = pipe as unknown as Record<string, unknown>;
  const nests = ValidationPipe.prototype as unknown as Record<string, unknown>;
  return STEPS.every((name) => own[name] === nests[name]);
}

/** The settings of Nest's parse pipes, `DefaultValuePipe` and `ParseFilePipe`; the same in Nest 11 and 12. */
export interface ParsePipeMembers {
  readonly options?: { optional?: boolean; default?: () => unknown; version?: string };
  readonly defaultValue?: unknown;
  readonly enumType?: object;
  readonly fileIsRequired?: boolean;
}

/** The settings that an instance of one of Nest's pipes has derived from its options. */
export function parseMembersOf(pipe: object): ParsePipeMembers {
  return pipe;
}
