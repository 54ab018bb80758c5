import type * as Package from 'class-validator';
// Only the parts that hold metadata and run rules. The package's main file would also load all rules, validator.js and
// libphonenumber: half as much again as Nest itself, for nothing in an application without DTO classes.
// @ts-expect-error class-validator publishes no types for it under this name.
import * as container from 'class-validator/cjs/container.js';
// @ts-expect-error class-validator publishes no types for it under this name.
import * as metadata from 'class-validator/cjs/metadata/MetadataStorage.js';
// @ts-expect-error class-validator publishes no types for it under this name.
import * as errors from 'class-validator/cjs/validation/ValidationError.js';
// @ts-expect-error class-validator publishes no types for it under this name.
import * as executor from 'class-validator/cjs/validation/ValidationExecutor.js';
// @ts-expect-error class-validator publishes no types for it under this name.
import * as validator from 'class-validator/cjs/validation/Validator.js';

/** The storage of all decorators, which the copies of class-validator in a process share. */
export const { getMetadataStorage } = metadata as Pick<typeof Package, 'getMetadataStorage'>;

/** The instance of a class by the container of the application (`useContainer`), or by class-validator's own. */
export const { getFromContainer } = container as Pick<typeof Package, 'getFromContainer'>;

/** The error of one property. */
export const { ValidationError } = errors as Pick<typeof Package, 'ValidationError'>;
export type ValidationError = Package.ValidationError;

/** The class behind `validate`. */
export const { Validator } = validator as Pick<typeof Package, 'Validator'>;

/** The class that runs the rules of one object. */
export const { ValidationExecutor } = executor as {
  readonly ValidationExecutor: { readonly prototype: object };
};
