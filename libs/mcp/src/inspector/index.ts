export type { McpInspectorOptions } from './inspector.options.js';
export { McpInspectorModule } from './mcp-inspector.module.js';
