import { WrittenAnswer } from '../errors/filter-answer.js';
import type { WrittenBody } from '../platform/detached-response.js';

/**
 * The error of a call whose response a filter or a middleware has written. A response with a 5xx status is not for
 * clients: its error is the `cause`, which is masked and logged.
 */
export function toWrittenError({ body, status }: WrittenBody, cause?: unknown): unknown {
  if (status < 500) return new WrittenAnswer(body, status, cause);
  return cause ?? new Error(`The response was written with status ${status}`);
}
