/**
 * A health indicator for @nestjs/terminus.
 *
 * @module nestjs-mcp/health
 */

export { McpHealthIndicator } from './mcp-health-indicator.js';
