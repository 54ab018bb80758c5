import type { McpTelemetry, TelemetryDefinition } from '../engine/mcp-telemetry.js';
import { TelemetryObserver } from './telemetry-observer.js';
import type { OpenTelemetryOptions } from './telemetry.options.js';

/**
 * Records spans and metrics of every message, by OpenTelemetry's conventions for MCP, with the SDK that the application
 * has registered with `@opentelemetry/api`. Without a registered SDK nothing is recorded.
 */
export function openTelemetry(options: OpenTelemetryOptions = {}): McpTelemetry {
  const definition: TelemetryDefinition = {
    kind: 'open-telemetry',
    createObserver: (server) => new TelemetryObserver(server, options),
  };
  return definition;
}
