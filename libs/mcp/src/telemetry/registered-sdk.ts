import {
  createNoopMeter,
  metrics,
  ProxyTracerProvider,
  trace,
  type Histogram,
  type Meter,
  type MeterProvider,
  type Tracer,
} from '@opentelemetry/api';

/** Name of the instrumentation scope. */
const scope = 'nestjs-mcp';

/** Bucket boundaries in seconds, as the conventions recommend. */
const boundaries = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300];

const noProvider = new ProxyTracerProvider().getDelegate();

/** The metrics of the conventions for MCP. */
export interface Instruments {
  readonly serverOperation: Histogram;
  readonly clientOperation: Histogram;
  readonly serverSession: Histogram;
}

/**
 * The providers that the application has registered with the API. They are looked up on each use, because it may
 * register them after the module was declared.
 */
export class RegisteredSdk {
  private provider: MeterProvider | undefined;
  private made: Instruments | undefined;

  /** `undefined` if no tracer is registered. */
  get tracer(): Tracer | undefined {
    const provider = trace.getTracerProvider() as Partial<ProxyTracerProvider>;
    return provider.getDelegate?.() === noProvider ? undefined : trace.getTracer(scope);
  }

  /** `undefined` if no meter is registered. */
  get instruments(): Instruments | undefined {
    const provider = metrics.getMeterProvider();
    if (provider !== this.provider) {
      this.provider = provider;
      const meter = provider.getMeter(scope);
      this.made = meter === createNoopMeter() ? undefined : createInstruments(meter);
    }
    return this.made;
  }
}

function createInstruments(meter: Meter): Instruments {
  const histogram = (name: string, description: string): Histogram =>
    meter.createHistogram(name, {
      description,
      unit: 's',
      advice: { explicitBucketBoundaries: boundaries },
    });
  return {
    serverOperation: histogram(
      'mcp.server.operation.duration',
      'Duration of the processing of a request or notification that the server received',
    ),
    clientOperation: histogram(
      'mcp.client.operation.duration',
      'Duration of a request that the server sent to the client',
    ),
    serverSession: histogram(
      'mcp.server.session.duration',
      'Duration of a session, as the server saw it',
    ),
  };
}
