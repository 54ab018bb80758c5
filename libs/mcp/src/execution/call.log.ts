import { Logger } from '@nestjs/common';
import { InvalidInputException } from '../errors/invalid-input.exception.js';
import type { McpHandler } from '../primitives/mcp.primitive.js';

/** One line a call at debug, refused input at warn. Neither arguments nor whatever else a client wrote. */
export function logCalls(handler: McpHandler, where: string, logger: Logger): McpHandler {
  const line = (name: string, started: number, end: string): string =>
    `${name} (${where}) ${end} after ${(performance.now() - started).toFixed(1)} ms`;
  return async (input, context, call) => {
    const started = performance.now();
    const name = `${context.primitive.kind} ${context.primitive.name}`;
    try {
      const result = await handler(input, context, call);
      if (Logger.isLevelEnabled('debug')) logger.debug(line(name, started, 'answered'));
      return result;
    } catch (error) {
      if (error instanceof InvalidInputException) {
        logger.warn(line(name, started, `refused ${error.lines.length} wrong inputs`));
      } else if (Logger.isLevelEnabled('debug')) {
        logger.debug(line(name, started, 'failed'));
      }
      throw error;
    }
  };
}
