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
 * Wraps a method with its filters. A body that a filter wrote to the response is the error. Otherwise its returned
 * value is the result, or, if that is an exception (as from filters of GraphQL and microservices), the error. Without
 * either, the original error is rethrown.
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
      // A filter without a result returns undefined in Nest 12, and null in Nest 11.
      if (answer === undefined || answer === null) throw error;
      if (answer instanceof Error) throw answer;
      markFilterAnswer(args[4] as object);
      return answer;
    }
  };
}
