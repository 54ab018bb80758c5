/**
 * The inspector: a browser page for trying tools, resources and prompts.
 *
 * @module nestjs-mcp/inspector
 */

export type { McpInspectorOptions } from './inspector.options.js';
export { McpInspectorModule } from './mcp-inspector.module.js';
