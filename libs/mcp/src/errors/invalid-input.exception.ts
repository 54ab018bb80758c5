import { BadRequestException } from '@nestjs/common';
import { brand } from './package-brand.js';

/**
 * The input of a primitive does not match its schema. `lines` contains one line for each invalid property: path, rule,
 * received value. Tools answer with `isError`, prompts and resources with -32602.
 */
export class InvalidInputException extends BadRequestException {
  static {
    brand(this, 'InvalidInputException');
  }

  constructor(readonly lines: readonly string[]) {
    super(lines.join('\n'));
  }
}
