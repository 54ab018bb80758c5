import { context, SpanKind } from '@opentelemetry/api';
import type {
  CallObservation,
  CallObserver,
  ObservedCall,
  ObservedSession,
} from '../engine/call-observer.js';
import type { ObservedServer } from '../engine/mcp-telemetry.js';
import { CallSpan } from './call-span.js';
import {
  attribute,
  networkAttributes,
  operationAttributes,
  spanAttributes,
  targetOf,
  versionAttribute,
  type Attributes,
} from './conventions.js';
import { placeSpan } from './meta-propagation.js';
import type { OpenTelemetryOptions } from './telemetry.options.js';
import { RegisteredSdk } from './registered-sdk.js';

/** Records spans and metrics of the messages and sessions of one server (decision 0015). */
export class TelemetryObserver implements CallObserver {
  private readonly sdk = new RegisteredSdk();

  constructor(
    private readonly server: ObservedServer,
    private readonly options: OpenTelemetryOptions,
  ) {}

  call(call: ObservedCall): CallObservation | undefined {
    const { tracer, instruments } = this.sdk;
    if (!tracer && !instruments) return undefined;
    const target = targetOf(call);
    const isKnown = target !== undefined && this.server.has(call.method, call.params);
    const attributes: Attributes = {
      ...operationAttributes(call),
      ...(isKnown && { [target.key]: target.name }),
    };
    const { parent, links } = tracer
      ? placeSpan(call.meta)
      : { parent: context.active(), links: [] };
    const method = attributes[attribute.method];
    const span = tracer?.startSpan(
      isKnown ? `${method} ${target.name}` : String(method),
      {
        kind: SpanKind.SERVER,
        links,
        attributes: {
          ...attributes,
          ...spanAttributes(call),
          ...(target && { [target.key]: target.name }),
          ...this.recorded(call),
        },
      },
      parent,
    );
    const { options } = this;
    return new CallSpan({ call, options, tracer, instruments, span, parent, attributes });
  }

  session(session: ObservedSession): (() => void) | undefined {
    const { instruments } = this.sdk;
    if (!instruments) return undefined;
    const { openedAt, protocolVersion } = session;
    const attributes = { ...versionAttribute(protocolVersion), ...networkAttributes(session) };
    return () => {
      instruments.serverSession.record((performance.now() - openedAt) / 1_000, attributes);
    };
  }

  private recorded({ method, params }: ObservedCall): Attributes {
    if (!this.options.recordArguments || method !== 'tools/call') return {};
    return { [attribute.toolArguments]: JSON.stringify(params['arguments'] ?? {}) };
  }
}
