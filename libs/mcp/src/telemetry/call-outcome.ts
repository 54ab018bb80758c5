import { SpanStatusCode, type SpanStatus } from '@opentelemetry/api';
import type { CallEnd } from '../engine/call-observer.js';
import { attribute, type Attributes } from './conventions.js';

/** The outcome of an operation, in the form of a span and a series. */
export interface Outcome {
  readonly attributes: Attributes;
  /** `undefined` if the operation succeeded. */
  readonly status?: SpanStatus;
}

const ok: Outcome = { attributes: {} };

/** The outcome of a message that the server received. */
export function outcomeOf({ result, error, isCancelled }: CallEnd): Outcome {
  if (isCancelled) return failure('cancelled');
  if (error) return answered(error);
  const { isError } = (result ?? {}) as { isError?: boolean };
  return isError === true ? failure('tool_error') : ok;
}

/** Errors that the MCP SDK creates when the client has not answered. */
const unanswered: Readonly<Record<number, string>> = {
  [-32_000]: 'connection_closed',
  [-32_001]: 'cancelled',
};

/** The outcome of a question to the client. `error` is the reason why it has no answer. */
export function questionOutcomeOf(error: unknown): Outcome {
  if (error === undefined) return ok;
  const { code, message } = error as { code?: unknown; message?: string };
  if (typeof code !== 'number') return failure('_OTHER');
  const own = unanswered[code];
  return own === undefined ? answered({ code, message: message ?? '' }) : failure(own);
}

function answered({ code, message }: { code: number; message: string }): Outcome {
  return {
    attributes: { [attribute.errorType]: String(code), [attribute.statusCode]: String(code) },
    status: { code: SpanStatusCode.ERROR, message },
  };
}

function failure(type: string): Outcome {
  return {
    attributes: { [attribute.errorType]: type },
    status: { code: SpanStatusCode.ERROR },
  };
}
