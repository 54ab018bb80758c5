import { ValidationPipe } from '@nestjs/common';
import { ClassTransformer } from 'class-transformer';
// @ts-expect-error class-transformer publishes no types for it.
import { TransformOperationExecutor } from 'class-transformer/cjs/TransformOperationExecutor.js';
import { getFromContainer, ValidationExecutor, Validator } from '../class-validator-parts.js';

type Class = { readonly prototype: object };

interface KeptMethod {
  readonly target: object;
  readonly name: string;
  readonly value: unknown;
}

const methodsOf = ({ prototype }: Class): KeptMethod[] =>
  Object.entries(Object.getOwnPropertyDescriptors(prototype))
    .filter(([name]) => name !== 'constructor')
    .map(([name, { value }]) => ({ target: prototype, name, value: value as unknown }));

/** The methods of a pipe, and those that it calls, as they were when this module was loaded. */
const pipeMethods = methodsOf(ValidationPipe);
const packageMethods = [
  Validator,
  ValidationExecutor,
  ClassTransformer,
  TransformOperationExecutor as Class,
].flatMap(methodsOf);

/** Calls in the source of the central methods: a method that was replaced before this module was loaded lacks them. */
const expected: readonly [Class, string, string][] = [
  [Validator, 'validate', 'coreValidate'],
  [Validator, 'coreValidate', '.execute('],
  [ValidationExecutor, 'execute', 'getTargetValidationMetadatas'],
  [ClassTransformer, 'plainToInstance', '.transform('],
  [TransformOperationExecutor as Class, 'transform', 'findTypeMetadata'],
];
const werePatched = expected.some(
  ([{ prototype }, name, text]) => !String(prototype[name as never]).includes(text),
);

/**
 * Whether a pipe, class-validator and class-transformer are unmodified: none of their methods has been replaced, nor
 * the `Validator` in class-validator's container. Checked for each input, because an application may replace them at
 * any time.
 */
export function areUnpatched(pipe: ValidationPipe): boolean {
  if (werePatched) return false;
  for (const { name, value } of pipeMethods) if (pipe[name as never] !== value) return false;
  for (const { target, name, value } of packageMethods) {
    if (target[name as never] !== value) return false;
  }
  const validator = getFromContainer(Validator);
  return (
    Object.getPrototypeOf(validator) === Validator.prototype &&
    !Object.hasOwn(validator, 'validate') &&
    !Object.hasOwn(validator, 'coreValidate')
  );
}
