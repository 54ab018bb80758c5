import type { getMetadataStorage, ValidatorConstraintInterface } from 'class-validator';
import type { Metadata } from '../class-validator-storage.js';
import { RULES } from '../value.rules.js';

type Storage = ReturnType<typeof getMetadataStorage>;

/** A rule of class-validator itself, ready to be asked: pure, and without a promise. */
export interface OwnRule {
  readonly metadata: Metadata;
  readonly constraint: ValidatorConstraintInterface;
}

/** How class-validator names what it makes of a validator that is given as an object, as its own are. */
const INLINE = 'CustomConstraint';

/**
 * The rule of a metadata if it is one of class-validator's own. `undefined` for the application's: those may do anything,
 * or must not be asked twice. One that takes the name of an own rule and is an object, too, cannot be told from it.
 */
export function ownRuleOf(metadata: Metadata, storage: Storage): OwnRule | undefined {
  const { name = '', constraintCls, validateIf } = metadata;
  const constraints: readonly unknown[] = metadata.constraints ?? [];
  const [constraint, ...others] = storage.getTargetValidatorConstraints(constraintCls);
  if (!constraint || others.length > 0 || constraint.async || validateIf) return undefined;
  if (constraint.name !== name || !Object.hasOwn(RULES, name)) return undefined;
  const { instance } = constraint;
  const isOwn = constraintCls.name === INLINE && instance.constructor === constraintCls;
  return isOwn && constraints.every(isInert) ? { metadata, constraint: instance } : undefined;
}

/** Functions are the application's; a sticky pattern remembers where it stood. */
function isInert(constraint: unknown): boolean {
  return typeof constraint !== 'function' && !(constraint instanceof RegExp && constraint.sticky);
}
