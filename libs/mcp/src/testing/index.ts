/**
 * The test kit: a client and contexts for tests of an application.
 *
 * @module nestjs-mcp/testing
 */

export { compareCatalogs } from '../catalog/compare-catalogs.js';
export type { CatalogChange } from '../catalog/compare-catalogs.js';
export type { CatalogEntry, McpCatalog } from '../catalog/mcp-catalog.js';
export { assaultTools } from './assault-tools.js';
export type {
  McpAssaultCounts,
  McpAssaultFailure,
  McpAssaultOptions,
  McpAssaultReport,
} from './assault-tools.js';
export { createMcpContext } from './create-mcp-context.js';
export type { McpTestContext, McpTestContextOptions } from './create-mcp-context.js';
export { McpTestClient } from './mcp-test-client.js';
export type { McpTestClientOptions } from './test-client.options.js';
export { McpTestError } from './mcp-test.error.js';
export type { McpTestAnswer, McpTestAnswerer, McpTestAnswers } from './test-answers.js';
export type { McpTestNotification, McpTestRequestOptions } from './test-conversation.js';
export type {
  McpTestAnswered,
  McpTestLogLine,
  McpTestProgress,
  McpTestQuestion,
  McpTestRecords,
} from './test-records.js';
export type { McpTestDefinition, McpTestTool } from './test-requests.js';
export type {
  McpTestCompletion,
  McpTestPromptResult,
  McpTestReference,
  McpTestResourceResult,
  McpTestToolResult,
} from './test-results.js';
