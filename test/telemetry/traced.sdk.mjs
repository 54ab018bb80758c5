// Loaded before the application (`node --import`), as the documentation of OpenTelemetry says: its SDK, the official
// instrumentations, and what they have made, for the test.
import { createServer } from 'node:http';
import { register } from 'node:module';
import FastifyOtelInstrumentation from '@fastify/otel';
import { metrics } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { ExpressInstrumentation } from '@opentelemetry/instrumentation-express';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node';

register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);

const spans = new InMemorySpanExporter();
new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }).register();
const scraped = new PrometheusExporter({ preventServerStart: true });
metrics.setGlobalMeterProvider(new MeterProvider({ readers: [scraped] }));
registerInstrumentations({
  instrumentations: [
    new HttpInstrumentation(),
    new ExpressInstrumentation(),
    new FastifyOtelInstrumentation({ registerOnInitialization: true }),
  ],
});

const scrapes = createServer((request, response) =>
  scraped.getMetricsRequestHandler(request, response),
);
scrapes.listen(0, '127.0.0.1', () => {
  process.send({ scrapeUrl: `http://127.0.0.1:${scrapes.address().port}/metrics` });
});
scrapes.unref();

process.on('message', (message) => {
  if (message !== 'spans') return;
  process.send({
    spans: spans.getFinishedSpans().map((span) => ({
      name: span.name,
      kind: span.kind,
      by: span.instrumentationScope.name,
      traceId: span.spanContext().traceId,
      id: span.spanContext().spanId,
      parent: span.parentSpanContext?.spanId,
      links: span.links.map(({ context }) => `${context.traceId} ${context.spanId}`),
    })),
  });
});
