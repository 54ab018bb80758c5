import type { CallObserver } from './call-observer.js';

/** A configured telemetry: made by `openTelemetry()` of `nestjs-mcp/telemetry`. */
export interface McpTelemetry {
  readonly kind: string;
}

/** The properties of the observed server that telemetry needs. */
export interface ObservedServer {
  /** Whether the server has the primitive that a request names. Any other name is arbitrary text of a client. */
  has(method: string, params: Readonly<Record<string, unknown>>): boolean;
}

/** The implementation of an `McpTelemetry`. */
export interface TelemetryDefinition extends McpTelemetry {
  createObserver(server: ObservedServer): CallObserver;
}
