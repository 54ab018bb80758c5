import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { McpException } from '../errors/mcp.exception.js';
import { UnansweredError } from '../errors/unanswered.error.js';
import type { PipelineArguments } from '../parameters/parameter.plan.js';
import { writtenMessage } from './response.stand-in.js';

type Target = (...args: PipelineArguments) => Promise<unknown>;

/** The exception filters around a method, as Nest's filter context makes them. */
export interface ExceptionsHandler {
  invokeCustomFilters(exception: unknown, host: ExecutionContextHost): unknown;
}

/** Wraps a method in its filters. A filter's return value is the result; what it wrote to the stand-in instead is the error's text; else the error goes on. */
export function answerErrors(target: Target, handler: ExceptionsHandler, type: string): Target {
  return async (...args) => {
    try {
      return await target(...args);
    } catch (error) {
      if (error instanceof UnansweredError) throw error;
      const host = new ExecutionContextHost([...args]);
      host.setType(type as 'http');
      const answer = await handler.invokeCustomFilters(error, host);
      const written = writtenMessage(args[1]);
      if (written) {
        throw new McpException(written.message, {
          status: written.status >= 400 ? written.status : undefined,
        });
      }
      // Nothing: undefined from Nest 12, null from Nest 11.
      if (answer === undefined || answer === null) throw error;
      return answer;
    }
  };
}
