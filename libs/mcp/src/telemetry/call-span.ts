import { context, SpanKind, trace, type Context, type Span, type Tracer } from '@opentelemetry/api';
import type {
  CallEnd,
  CallObservation,
  ObservedCall,
  QuestionObservation,
} from '../engine/call-observer.js';
import { outcomeOf } from './call-outcome.js';
import { attribute, versionAttribute, type Attributes } from './conventions.js';
import type { OpenTelemetryOptions } from './telemetry.options.js';
import { QuestionSpan } from './question-span.js';
import type { Instruments } from './registered-sdk.js';

/** The parts of a message's span. */
export interface CallParts {
  readonly call: ObservedCall;
  readonly options: OpenTelemetryOptions;
  readonly tracer: Tracer | undefined;
  readonly instruments: Instruments | undefined;
  /** `undefined` if no tracer is registered. */
  readonly span: Span | undefined;
  /** The context of the parent span. */
  readonly parent: Context;
  /** The attributes that the series of the message share with its span. */
  readonly attributes: Attributes;
}

/** The `SERVER` span and the series of one message, active around its handler. */
export class CallSpan implements CallObservation {
  readonly traceId?: string;
  private readonly active: Context;

  constructor(private readonly parts: CallParts) {
    const { span, parent } = parts;
    this.active = span ? trace.setSpan(parent, span) : parent;
    if (span) this.traceId = span.spanContext().traceId;
  }

  run<T>(work: () => T): T {
    return context.with(this.active, work);
  }

  asked(method: string): QuestionObservation {
    const { call, tracer, instruments } = this.parts;
    const attributes = { ...this.sharedWithQuestions(), [attribute.method]: method };
    const current = context.active();
    const asking = trace.getSpan(current) ? current : this.active;
    const span = tracer?.startSpan(
      method,
      {
        kind: SpanKind.CLIENT,
        attributes: {
          ...attributes,
          ...(call.session && { [attribute.sessionId]: call.session.id }),
        },
      },
      asking,
    );
    const histogram = instruments?.clientOperation;
    return new QuestionSpan({ span, histogram, attributes, asking, callMeta: call.meta });
  }

  end(end: CallEnd): void {
    const { span, instruments, attributes } = this.parts;
    const outcome = outcomeOf(end);
    const known = { ...attributes, ...this.agreed(end), ...outcome.attributes };
    instruments?.serverOperation.record(end.duration / 1_000, known, this.active);
    if (!span) return;
    span.setAttributes({ ...this.agreed(end), ...outcome.attributes, ...this.recorded(end) });
    if (outcome.status) span.setStatus(outcome.status);
    span.end();
  }

  /** The negotiated revision of a handshake. */
  private agreed({ result }: CallEnd): Attributes {
    if (this.parts.call.method !== 'initialize') return {};
    const { protocolVersion } = (result ?? {}) as { protocolVersion?: unknown };
    return versionAttribute(protocolVersion);
  }

  private recorded({ result }: CallEnd): Attributes {
    const { call, options } = this.parts;
    if (!options.recordResults || call.method !== 'tools/call' || !result) return {};
    if ((result as { isError?: boolean }).isError) return {};
    return { [attribute.toolResult]: JSON.stringify(result) };
  }

  private sharedWithQuestions(): Attributes {
    const { attributes } = this.parts;
    const shared = Object.entries(attributes).filter(([key]) => !key.startsWith('gen_ai.'));
    return Object.fromEntries(shared);
  }
}
