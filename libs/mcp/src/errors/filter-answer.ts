import { IntrinsicException } from '@nestjs/common';
import { brand } from './package-brand.js';

/** The error that an exception filter wrote to the response of a call. No other filter sees it. */
export class WrittenAnswer extends IntrinsicException {
  static {
    brand(this, 'WrittenAnswer');
  }

  constructor(
    readonly body: unknown,
    readonly status: number,
    /** The body that the filter wrote. */
    override readonly cause: unknown,
  ) {
    super('An exception filter has answered');
  }
}

const answered = new WeakSet<object>();

/** Records that the result of a call (its context) comes from an exception filter. */
export function markFilterAnswer(context: object): void {
  answered.add(context);
}

/**
 * Whether the result of a call comes from an exception filter: such a value need not match the method's declared
 * output.
 */
export function isFilterAnswer(context: object): boolean {
  return answered.has(context);
}
