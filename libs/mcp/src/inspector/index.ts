/**
 * The inspector, a page that tries everything in the browser.
 *
 * @module nestjs-mcp/inspector
 */

export type { McpInspectorOptions } from './inspector.options.js';
export { McpInspectorModule } from './mcp-inspector.module.js';
