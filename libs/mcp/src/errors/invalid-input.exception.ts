import { BadRequestException } from '@nestjs/common';
import { brand } from './package-brand.js';

/**
 * The input of a primitive does not fit its schema. `lines` holds one line per wrong property:
 * path, rule, what was given. Tools answer it as `isError`, prompts and resources as -32602.
 */
export class InvalidInputException extends BadRequestException {
  static {
    brand(this, 'InvalidInputException');
  }

  constructor(readonly lines: readonly string[]) {
    super(lines.join('\n'));
  }
}
