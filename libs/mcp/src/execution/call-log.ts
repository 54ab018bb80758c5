import type { Logger } from '@nestjs/common';
import { InvalidInputException } from '../errors/invalid-input.exception.js';
import type { McpHandler } from '../primitives/mcp.primitive.js';
import { keptRefusal } from '../schema/dto/validation-errors.js';

/** Logs refused input at warn level, without arguments or other text of the client. */
export function logRefusedInput(handler: McpHandler, where: string, logger: Logger): McpHandler {
  return async (input, context, call) => {
    const started = performance.now();
    try {
      return await handler(input, context, call);
    } catch (error) {
      const lines = error instanceof InvalidInputException ? error.lines : keptRefusal(error);
      if (lines) {
        const { kind, name } = context.primitive;
        const duration = (performance.now() - started).toFixed(1);
        logger.warn(
          `${kind} ${name} (${where}) refused ${lines.length} wrong inputs after ${duration} ms`,
        );
      }
      throw error;
    }
  };
}
