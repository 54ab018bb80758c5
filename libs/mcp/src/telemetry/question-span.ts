import { trace, type Context, type Histogram, type Span } from '@opentelemetry/api';
import type { QuestionObservation } from '../engine/call-observer.js';
import { questionOutcomeOf } from './call-outcome.js';
import { attribute, type Attributes } from './conventions.js';
import { toMeta } from './meta-propagation.js';

/** The parts of a question's span. */
export interface QuestionParts {
  readonly span: Span | undefined;
  readonly histogram: Histogram | undefined;
  readonly attributes: Attributes;
  /** The context from which the question is sent. */
  readonly asking: Context;
  /** The `_meta` of the call that sends it. */
  readonly callMeta: Readonly<Record<string, unknown>>;
}

/** The `CLIENT` span and the series of one question to the client. */
export class QuestionSpan implements QuestionObservation {
  readonly meta: QuestionObservation['meta'];
  private readonly started = performance.now();

  constructor(private readonly parts: QuestionParts) {
    const { span, asking, callMeta } = parts;
    this.meta = span && toMeta(trace.setSpan(asking, span), callMeta);
  }

  sent(id: string | number): void {
    this.parts.span?.setAttribute(attribute.requestId, String(id));
  }

  end(error?: unknown): void {
    const { span, histogram, attributes, asking } = this.parts;
    const outcome = questionOutcomeOf(error);
    const seconds = (performance.now() - this.started) / 1_000;
    const context = span ? trace.setSpan(asking, span) : asking;
    histogram?.record(seconds, { ...attributes, ...outcome.attributes }, context);
    if (!span) return;
    span.setAttributes(outcome.attributes);
    if (outcome.status) span.setStatus(outcome.status);
    span.end();
  }
}
