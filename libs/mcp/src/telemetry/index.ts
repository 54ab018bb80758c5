/**
 * Records spans and metrics with OpenTelemetry.
 *
 * @module nestjs-mcp/telemetry
 */

export { openTelemetry } from './open-telemetry.js';
export type { OpenTelemetryOptions } from './telemetry.options.js';
