import type { ArgumentMetadata, ValidationPipe } from '@nestjs/common';
import { ValidationError } from './class-validator-parts.js';
import type { DtoDocument } from './dto-walker.js';
import { hasNestsSteps, validationMembersOf } from '../../nest/pipe-members.js';
import { moreUnknownKeys, tooManyUnknownKeys } from '../unknown-keys.js';

/**
 * A few errors of class-validator for an input with too many unknown keys; class-validator itself would create one for
 * each. Empty if a pipe may remove unknown keys in a way that the document of the class does not show.
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

/** The error of a property, nested in the errors of the enclosing objects. */
function toError(path: readonly PropertyKey[], message: string): ValidationError {
  const [property, ...inner] = path;
  return Object.assign(new ValidationError(), {
    property: String(property),
    ...(inner.length > 0
      ? { children: [toError(inner, message)] }
      : { children: [], constraints: { whitelistValidation: message } }),
  });
}
