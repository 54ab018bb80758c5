import type { ValidatorConstraintInterface } from 'class-validator';
import type { getMetadataStorage } from '../class-validator-parts.js';
import type { Metadata } from '../class-validator-storage.js';
import { RULES } from '../value.rules.js';

type Storage = ReturnType<typeof getMetadataStorage>;

/** A rule of class-validator itself: pure and synchronous. */
export interface OwnRule {
  readonly metadata: Metadata;
  readonly constraint: ValidatorConstraintInterface;
}

/** The class name that class-validator gives to validators passed as objects, as its own are. */
const INLINE = 'CustomConstraint';

/**
 * The rule of a metadata entry if it is class-validator's own. `undefined` for the application's rules, which may have
 * side effects. One that is passed as an object under the name of an own rule cannot be distinguished from it.
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

/** Functions belong to the application; a sticky pattern has state. */
function isInert(constraint: unknown): boolean {
  return typeof constraint !== 'function' && !(constraint instanceof RegExp && constraint.sticky);
}
