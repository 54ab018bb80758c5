import type { Logger } from '@nestjs/common';
import type { McpPrimitiveInfo } from '../context/mcp-context.js';
import { InvalidInputException } from '../errors/invalid-input.exception.js';
import { keptRefusal } from '../schema/dto/validation-errors.js';

/** The call in whose method an error occurred. */
export interface FailedCall {
  /** `Class.method` */
  readonly where: string;
  /** When it began, in ms on the clock of `performance.now()`. */
  readonly started: number;
  readonly logger: Logger;
}

/** Logs the error of a call at warn level if it refuses the input, without arguments or other text of the client. */
export function logRefusedInput(
  error: unknown,
  { kind, name }: McpPrimitiveInfo,
  { where, started, logger }: FailedCall,
): void {
  const lines = error instanceof InvalidInputException ? error.lines : keptRefusal(error);
  if (!lines) return;
  const what = lines.length === 1 ? 'wrong input after' : 'wrong inputs after';
  const duration = (performance.now() - started).toFixed(1);
  logger.warn(`${kind} ${name} (${where}) refused ${lines.length} ${what} ${duration} ms`);
}
