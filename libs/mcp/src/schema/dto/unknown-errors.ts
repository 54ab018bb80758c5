import { ValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import { ValidationError } from 'class-validator';
import type { DtoDocument } from './dto-walker.js';
import type { PipeInternals } from './fast-path/dto-shortcut.js';
import { moreUnknownKeys, tooManyUnknownKeys } from '../unknown-keys.js';

/** What Nest's pipe does in an order of its own, which a subclass may change. */
const METHODS = ['transform', 'toValidate', 'validate'] as const;

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
  const { expectedType, transformOptions } = pipe as unknown as PipeInternals;
  if (expectedType || transformOptions?.excludePrefixes) return false;
  const methods = pipe as unknown as Record<string, unknown>;
  const nests = ValidationPipe.prototype as unknown as Record<string, unknown>;
  return METHODS.every((name) => methods[name] === nests[name]);
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
