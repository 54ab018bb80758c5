import { STATUS_CODES } from 'node:http';
import { BadRequestException, HttpStatus } from '@nestjs/common';
import { brand } from './package-brand.js';

/**
 * The input of a primitive does not match its schema. `lines` contains one line for each invalid property: path, rule,
 * received value. Tools answer with `isError`, prompts and resources with -32602. Its status is 400, unless the
 * `ValidationPipe` that refused it has another (`errorHttpStatusCode`).
 */
export class InvalidInputException extends BadRequestException {
  static {
    brand(this, 'InvalidInputException');
  }

  constructor(
    readonly lines: readonly string[],
    private readonly inputStatus: number = HttpStatus.BAD_REQUEST,
  ) {
    super({
      message: lines.join('\n'),
      error: STATUS_CODES[inputStatus],
      statusCode: inputStatus,
    });
  }

  /** The HTTP status: 400, or that of the pipe. */
  override getStatus(): number {
    return this.inputStatus;
  }
}
