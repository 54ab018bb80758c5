import { IntrinsicException } from '@nestjs/common';
import { brand } from './package-brand.js';

/** What an exception filter wrote to the response of a call. No filter sees it, because one has answered already. */
export class WrittenAnswer extends IntrinsicException {
  static {
    brand(this, 'WrittenAnswer');
  }

  constructor(
    readonly body: unknown,
    readonly status: number,
    /** What the filter answered. */
    override readonly cause: unknown,
  ) {
    super('An exception filter has answered');
  }
}

const answered = new WeakSet<object>();

/** Remembers that the value which a call (its context) ended with comes from an exception filter. */
export function markFilterAnswer(context: object): void {
  answered.add(context);
}

/** Whether what a call ended with comes from an exception filter: such a value need not fit what the method declares. */
export function isFilterAnswer(context: object): boolean {
  return answered.has(context);
}
