import { Logger } from '@nestjs/common';
import type { McpContext } from '../context/mcp-context.js';
import { InvalidInputException } from '../errors/invalid-input.exception.js';
import type { McpHandler } from '../primitives/mcp.primitive.js';
import { keptRefusal } from '../schema/dto/validation-errors.js';

/** One line a call at debug, refused input at warn. Neither arguments nor whatever else a client wrote. */
export function logCalls(handler: McpHandler, where: string, logger: Logger): McpHandler {
  const line = ({ primitive: { kind, name } }: McpContext, started: number, end: string): string =>
    `${kind} ${name} (${where}) ${end} after ${(performance.now() - started).toFixed(1)} ms`;
  return async (input, context, call) => {
    const started = performance.now();
    try {
      const result = await handler(input, context, call);
      if (Logger.isLevelEnabled('debug')) logger.debug(line(context, started, 'answered'));
      return result;
    } catch (error) {
      const lines = error instanceof InvalidInputException ? error.lines : keptRefusal(error);
      if (lines) {
        logger.warn(line(context, started, `refused ${lines.length} wrong inputs`));
      } else if (Logger.isLevelEnabled('debug')) {
        logger.debug(line(context, started, 'failed'));
      }
      throw error;
    }
  };
}
