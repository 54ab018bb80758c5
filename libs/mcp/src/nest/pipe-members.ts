import { ValidationPipe, type ValidationError, type ValidationPipeOptions } from '@nestjs/common';

/** The protected members of Nest's `ValidationPipe` that are read; the same in Nest 11 and 12. */
export interface ValidationPipeMembers {
  readonly validatorOptions: ValidationPipeOptions;
  readonly transformOptions: ValidationPipeOptions['transformOptions'];
  readonly isTransformEnabled: boolean;
  readonly isDetailedOutputDisabled?: boolean;
  readonly expectedType: unknown;
  readonly exceptionFactory: (errors: ValidationError[]) => unknown;
}

/** What a `ValidationPipe` has made of its options. */
export function validationMembersOf(pipe: ValidationPipe): ValidationPipeMembers {
  return pipe as unknown as ValidationPipeMembers;
}

/** Steps of Nest's pipe in an order of its own; a subclass may replace each of them. */
const STEPS = ['transform', 'toValidate', 'validate'] as const;

/** Whether a pipe validates by the steps of Nest's own `ValidationPipe`. */
export function hasNestsSteps(pipe: ValidationPipe): boolean {
  const own = pipe as unknown as Record<string, unknown>;
  const nests = ValidationPipe.prototype as unknown as Record<string, unknown>;
  return STEPS.every((name) => own[name] === nests[name]);
}

/** What Nest's parse pipes, `DefaultValuePipe` and `ParseFilePipe` keep of their options; the same in Nest 11 and 12. */
export interface ParsePipeMembers {
  readonly options?: { optional?: boolean; default?: () => unknown; version?: string };
  readonly defaultValue?: unknown;
  readonly enumType?: object;
  readonly fileIsRequired?: boolean;
}

/** What a pipe of Nest's, given as an instance, has made of its options. */
export function parseMembersOf(pipe: object): ParsePipeMembers {
  return pipe;
}
