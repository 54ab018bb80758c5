import { metrics, trace, context, propagation } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
  type HistogramMetricData,
} from '@opentelemetry/sdk-metrics';
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-node';

/** Registers OpenTelemetry's own SDK, with exporters that keep what they get. */
export function registerSdk() {
  const spans = new InMemorySpanExporter();
  const tracing = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
  const kept = new InMemoryMetricExporter(AggregationTemporality.DELTA);
  // An hour: the tests say when.
  const reader = new PeriodicExportingMetricReader({
    exporter: kept,
    exportIntervalMillis: 3_600_000,
  });
  const metering = new MeterProvider({ readers: [reader] });
  tracing.register();
  metrics.setGlobalMeterProvider(metering);
  return {
    /** The spans of the library that have ended. */
    spans: (): ReadableSpan[] =>
      spans
        .getFinishedSpans()
        .filter(({ instrumentationScope }) => instrumentationScope.name === 'nestjs-mcp'),
    /** All of them. */
    allSpans: (): ReadableSpan[] => spans.getFinishedSpans(),
    /** What was recorded since the last time. */
    histograms: async (): Promise<HistogramMetricData[]> => {
      kept.reset();
      await reader.forceFlush();
      return kept
        .getMetrics()
        .flatMap(({ scopeMetrics }) => scopeMetrics)
        .flatMap((scope) => scope.metrics) as HistogramMetricData[];
    },
    reset: (): void => spans.reset(),
    shutdown: async (): Promise<void> => {
      await Promise.all([tracing.shutdown(), metering.shutdown()]);
      trace.disable();
      metrics.disable();
      context.disable();
      propagation.disable();
    },
  };
}

export type MemorySdk = ReturnType<typeof registerSdk>;
