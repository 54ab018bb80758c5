import type { Type, ValidationPipeOptions } from '@nestjs/common';
import type { ValidatorConstraintInterface } from 'class-validator';
import { getMetadataStorage } from './class-validator-parts.js';

/** The metadata of one decorator of class-validator on one property. */
export type Metadata = ReturnType<
  ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']
>[number] & {
  /** Set by the decorator's options; missing in the published types of some versions. */
  readonly validateIf?: unknown;
};

/** class-validator's metadata by decorated class. */
type Told = ReadonlyMap<unknown, unknown>;

/**
 * The metadata of a class's properties under the given validation: first of its own decorators, then of those of its
 * parents.
 */
export function metadatasOf(
  type: Type,
  validation: ValidationPipeOptions,
): ReadonlyMap<string, readonly Metadata[]> {
  const byProperty = new Map<string, Metadata[]>();
  for (const metadata of listed(type, validation)) {
    const list = byProperty.get(metadata.propertyName);
    if (list) list.push(metadata);
    else byProperty.set(metadata.propertyName, [metadata]);
  }
  return byProperty;
}

/** Whether a class or a parent of it has any decorator of class-validator, of any group. */
export function hasRules(type: Type): boolean {
  const { validationMetadatas: told } = getMetadataStorage() as unknown as {
    validationMetadatas: Told;
  };
  return ofLine(type, told).size > 0;
}

function listed(type: Type, validation: ValidationPipeOptions): readonly Metadata[] {
  const { always = false, strictGroups = false, groups } = validation;
  const storage = getMetadataStorage();
  const { validationMetadatas: told } = storage as unknown as { validationMetadatas: Told };
  // Without this, class-validator would search every decorated class of the application, for each class again.
  const line = Object.create(storage, {
    validationMetadatas: { value: ofLine(type, told) },
  }) as typeof storage;
  return line.getTargetValidationMetadatas(type, '', always, strictGroups, groups);
}

/** The metadata of a class and its parents, in the order of decoration. */
function ofLine(type: Type, told: Told): Told {
  const parents: unknown[] = [];
  let prototype = Object.getPrototypeOf(type.prototype) as object | null;
  for (; prototype; prototype = Object.getPrototypeOf(prototype) as object | null) {
    if (told.has(prototype.constructor)) parents.push(prototype.constructor);
  }
  const line = [type, ...parents];
  // The line of parents does not show which of them was decorated first.
  const ordered = parents.length > 1 ? [...told.keys()].filter((key) => line.includes(key)) : line;
  return new Map(ordered.filter((key) => told.has(key)).map((key) => [key, told.get(key)]));
}

/** The validator of a decorator; `undefined` if class-validator has none. */
export function constraintOf(metadata: Metadata): ValidatorConstraintInterface | undefined {
  const { constraintCls: made } = metadata;
  // Every decorator creates a class of this name, whose methods need no instance. class-validator's container would
  // create and keep an instance of each, and search all of them for the next.
  if (made.name === 'CustomConstraint') return made.prototype as ValidatorConstraintInterface;
  const [constraint] = getMetadataStorage().getTargetValidatorConstraints(metadata.constraintCls);
  return constraint?.instance;
}
