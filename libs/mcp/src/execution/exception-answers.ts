import { isObservable, lastValueFrom } from 'rxjs';
import { markFilterAnswer } from '../errors/filter-answer.js';
import { UnansweredError } from '../errors/unanswered.error.js';
import type { PipelineArguments } from '../parameters/parameter-plan.js';
import { writtenBody } from '../platform/detached-response.js';
import { toWrittenError } from './written.error.js';
import type { ExceptionsHandler } from '../nest/external-context.js';
import { ExecutionContextHost } from '../nest/router-internals.js';

type Target = (...args: PipelineArguments) => Promise<unknown>;

/**
 * Wraps a method in its filters. What a filter wrote to the response is the error; else what it returned is the result, or, where
 * that is an exception (as filters of GraphQL and microservices return), the error; else the error goes on.
 */
export function answerErrors(target: Target, handler: ExceptionsHandler): Target {
  return async (...args) => {
    try {
      return await target(...args);
    } catch (error) {
      if (error instanceof UnansweredError) throw error;
      const host = new ExecutionContextHost([...args]);
      const returned = await handler.invokeCustomFilters(error, host);
      const written = writtenBody(args[1]);
      if (written) throw toWrittenError(written, error);
      const answer: unknown = isObservable(returned)
        ? await lastValueFrom(returned, { defaultValue: undefined })
        : returned;
      // Nothing: undefined from Nest 12, null from Nest 11.
      if (answer === undefined || answer === null) throw error;
      if (answer instanceof Error) throw answer;
      markFilterAnswer(args[4] as object);
      return answer;
    }
  };
}
