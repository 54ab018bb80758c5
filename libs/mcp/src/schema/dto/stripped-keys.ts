import type { ArgumentMetadata, Type, ValidationPipe } from '@nestjs/common';
import { validationMembersOf } from '../../nest/pipe-members.js';
import { tooManyBeside } from '../unknown-keys.js';
import { transformedProperties, transformHintsOf } from './class-transformer-hints.js';
import { storage } from './class-transformer-storage.js';
import { metadatasOf } from './class-validator-storage.js';
import { isDtoClass } from './dto-property.js';
import { isPlain } from './fast-path/dto-maker.js';
import { ignoredKeys } from './ignored-keys.js';

/**
 * Removes the unknown keys that the whitelist of a pipe strips, if there are too many of them: class-transformer and
 * class-validator would process each. Keys of nested objects are kept, because rules of enclosing objects may count
 * them before they are stripped. The pipe must satisfy `isFollowed`.
 */
export function withoutStrippedKeys(
  pipe: ValidationPipe,
  input: unknown,
  { metatype, type }: ArgumentMetadata,
): unknown {
  const { validatorOptions, transformOptions } = validationMembersOf(pipe);
  const { whitelist, forbidNonWhitelisted } = validatorOptions;
  if (!whitelist || forbidNonWhitelisted || type === 'custom') return input;
  if (!isDtoClass(metatype) || !isPlain(input)) return input;
  // With implicit conversion class-transformer may create instances of values that are stripped later.
  if (transformOptions?.enableImplicitConversion || readsInput(metatype)) return input;
  const rules = metadatasOf(metatype, validatorOptions);
  const known = new Set([...rules.keys(), ...ignoredKeys(metatype, namesOfInstance(metatype))]);
  if (rules.size === 0 || !tooManyBeside(known, input)) return input;
  return Object.fromEntries(Object.entries(input).filter(([key]) => known.has(key)));
}

/**
 * The names of an instance's properties. A constructor may define setters. If it throws here, it throws again when the
 * pipe itself creates an instance.
 */
function namesOfInstance(type: Type): string[] {
  try {
    return Object.getOwnPropertyNames(new type());
  } catch {
    return [];
  }
}

/**
 * Whether class-transformer passes the whole input to a function of the class, or reads keys of it that are no
 * properties.
 */
function readsInput(type: Type): boolean {
  if (storage.getExposedMetadatas(type).length > 0) return true;
  return transformedProperties(type).some((name) => {
    const { transformed, discriminator, type: named } = transformHintsOf(type, name, 'input');
    return transformed || discriminator !== undefined || named === undefined;
  });
}
