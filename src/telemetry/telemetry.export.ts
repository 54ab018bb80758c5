import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { metrics } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import type { Environment } from '../config/environment.js';
import { version } from '../version.js';

/** Sends spans and metrics to the collector in OTEL_EXPORTER_OTLP_ENDPOINT. Without it nothing is registered. */
@Injectable()
export class TelemetryExport implements OnApplicationShutdown {
  private readonly providers: readonly { shutdown(): Promise<void> }[];

  constructor(config: ConfigService<Environment, true>) {
    const endpoint = config.get('OTEL_EXPORTER_OTLP_ENDPOINT', { infer: true });
    this.providers = endpoint === undefined ? [] : register(endpoint.replace(/\/+$/, ''));
  }

  /** Sends the remaining data. An unresponsive collector must not keep the process alive. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.allSettled(this.providers.map((provider) => provider.shutdown()));
  }
}

function register(endpoint: string) {
  const resource = resourceFromAttributes({
    'service.name': 'inventory',
    'service.version': version,
  });
  const timeoutMillis = 2_000;
  const tracing = new NodeTracerProvider({
    resource,
    spanProcessors: [
      new BatchSpanProcessor(
        new OTLPTraceExporter({ url: `${endpoint}/v1/traces`, timeoutMillis }),
      ),
    ],
  });
  const exporter = new OTLPMetricExporter({ url: `${endpoint}/v1/metrics`, timeoutMillis });
  const metering = new MeterProvider({
    resource,
    readers: [new PeriodicExportingMetricReader({ exporter })],
  });
  tracing.register();
  metrics.setGlobalMeterProvider(metering);
  return [tracing, metering];
}
