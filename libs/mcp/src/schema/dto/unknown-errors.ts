import type { ArgumentMetadata, ValidationPipe } from '@nestjs/common';
import { ValidationError } from 'class-validator';
import type { DtoDocument } from './dto-walker.js';
import { hasNestsSteps, validationMembersOf } from '../../nest/pipe-members.js';
import { moreUnknownKeys, tooManyUnknownKeys } from '../unknown-keys.js';

/**
 * class-validator's errors for an input with too many unknown keys, a few for all of them: it would write one for each. None where a
 * pipe may take unknown keys out by means that the document of the class does not tell.
 */
export function unknownKeyErrors(
  pipe: ValidationPipe,
  input: unknown,
  { type }: ArgumentMetadata,
  { json, ignored }: DtoDocument,
): ValidationError[] {
  if (type === 'custom' || !isForeseeable(pipe)) return [];
  const unknown = tooManyUnknownKeys(json, input, ignored);
  if (!unknown) return [];
  const named = unknown.named.map((path) =>
    toError(path, `property ${String(path.at(-1))} should not exist`),
  );
  return [...named, toError([''], moreUnknownKeys(unknown))];
}

function isForeseeable(pipe: ValidationPipe): boolean {
  const { expectedType, transformOptions } = validationMembersOf(pipe);
  if (expectedType || transformOptions?.excludePrefixes) return false;
  return hasNestsSteps(pipe);
}

/** An error of a property in the errors of the objects around it. */
function toError(path: readonly PropertyKey[], message: string): ValidationError {
  const [property, ...inner] = path;
  return Object.assign(new ValidationError(), {
    property: String(property),
    ...(inner.length > 0
      ? { children: [toError(inner, message)] }
      : { children: [], constraints: { whitelistValidation: message } }),
  });
}
