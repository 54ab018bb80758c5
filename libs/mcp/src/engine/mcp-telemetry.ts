import type { CallObserver } from './call-observer.js';

/** Where the spans and metrics of a server go, as the user configures it: made by `openTelemetry()` of `nestjs-mcp/telemetry`. */
export interface McpTelemetry {
  readonly kind: string;
}

/** What telemetry needs to know of the server that it observes. */
export interface ObservedServer {
  /** Whether the server has the primitive that a request names. A name that it does not have may be any text of a client. */
  has(method: string, params: Readonly<Record<string, unknown>>): boolean;
}

/** What is behind an `McpTelemetry`. */
export interface TelemetryDefinition extends McpTelemetry {
  createObserver(server: ObservedServer): CallObserver;
}
