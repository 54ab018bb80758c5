export { McpHealthIndicator } from './mcp-health-indicator.js';
