/**
 * The main entry point of the package: decorators, the module, the context and the transports.
 *
 * @module nestjs-mcp
 */

export type { McpServerCardOptions } from './catalog/server-card.options.js';
export { BearerAuthGuard } from './auth/bearer-auth.guard.js';
export { HostOriginGuard } from './auth/host-origin.guard.js';
export { introspection, type IntrospectionOptions } from './auth/introspection.js';
export { jwt, type JwtOptions } from './auth/jwt.js';
export { staticTokens, type StaticToken } from './auth/static-tokens.js';
export type {
  McpBackplane,
  McpBackplaneBudget,
  McpBackplaneCounter,
  McpBackplaneEntry,
  McpBackplaneLink,
  McpBackplaneLogOptions,
  McpBackplaneMember,
  McpBackplaneRecordOptions,
} from './backplane/mcp-backplane.js';
export { McpCompletion } from './completions/mcp-completion.decorator.js';
export type {
  McpCompletionOptions,
  McpCompletionTarget,
} from './completions/mcp-completion.decorator.js';
export type {
  McpAnswer,
  McpQuestionOptions,
  McpRoot,
  McpSamplingMessage,
  McpSamplingRequest,
  McpSamplingResult,
} from './context/mcp-interaction.js';
export type { McpClientCapability } from './context/mcp-question.js';
export type { McpAppSettings, McpToolView } from './primitives/app-view.js';
export type { McpCacheHint } from './primitives/cache-hint.js';
export type { McpClientInfo, McpSessionRef } from './context/mcp-call.js';
export type { McpCallEvent, McpCallObserver, McpCallOutcome } from './engine/call-event.js';
export type { McpTelemetry } from './engine/mcp-telemetry.js';
export type { McpObserveOptions } from './primitives/observe-options.js';
export type { McpEra } from './protocol/era.js';
export type { McpClientLog } from './context/client-log.js';
export { McpContext, type McpPrimitiveInfo } from './context/mcp-context.js';
export { isMcpCall, isMcpRoute, McpExecutionContext } from './context/mcp-execution-context.js';
export { McpCtx, McpParam, type McpParamOptions } from './context/mcp-params.decorator.js';
export { McpConfigurationError } from './errors/configuration.error.js';
export { InvalidInputException } from './errors/invalid-input.exception.js';
export { McpException } from './errors/mcp.exception.js';
export { McpModule } from './mcp.module.js';
export type {
  McpAuthOptions,
  McpModuleAsyncOptions,
  McpModuleOptions,
  McpModuleShape,
  McpOptionsFactory,
  McpServerOptions,
  McpSessionOptions,
} from './mcp.options.js';
export {
  audio,
  embedded,
  image,
  resourceLink,
  text,
  type McpAnnotations,
  type McpContent,
  type McpResourceContents,
} from './primitives/content.js';
export type { McpVisibility } from './access/primitive-access.js';
export type { McpIcon, McpPrimitiveOptions } from './primitives/mcp.primitive.js';
export { McpGroup, type McpGroupOptions } from './primitives/primitive.metadata.js';
export { McpPrompt, type McpPromptOptions } from './prompts/mcp-prompt.decorator.js';
export type { McpPromptDefinition } from './prompts/prompt.primitive.js';
export {
  assistant,
  user,
  type McpPromptMessage,
  type McpPromptResult,
} from './prompts/prompt.result.js';
export { McpResource, type McpResourceOptions } from './resources/mcp-resource.decorator.js';
export type { McpResourceDefinition } from './resources/resource.primitive.js';
export type { McpSchemaOptions } from './schema/input-writer.js';
export type { JsonSchema } from './schema/mcp.schema.js';
export type { SchemaSource } from './schema/to-schema.js';
export { getMcpServerToken, InjectMcpServer } from './server/inject-mcp-server.decorator.js';
export {
  McpServerRef,
  type McpPrimitives,
  type McpServerCounts,
  type McpRuntimeHandler,
} from './server/mcp-server-ref.js';
export type { EventStore } from './sessions/event.store.js';
export type { McpAuth } from './sessions/mcp-auth.js';
export type { TokenVerifier } from './sessions/token-verifier.js';
export {
  McpSkill,
  type McpSkillFolder,
  type McpSkillOptions,
} from './skills/mcp-skill.decorator.js';
export type { McpValidationOptions } from './schema/dto/dto-validator.js';
export type { McpTaskOptions } from './tasks/task.manager.js';
export type { McpTask, McpTaskStatus, McpTaskStore } from './tasks/task.store.js';
export {
  McpTool,
  type McpToolAnnotations,
  type McpToolDecorator,
  type McpToolOptions,
} from './tools/mcp-tool.decorator.js';
export { McpTools, type McpToolsSelection } from './tools/mcp-tools.decorator.js';
export type { McpRouteSelection } from './tools/exposed-routes.js';
export type { McpRouteVerb } from './tools/route-defaults.js';
export type { McpToolDefinition } from './tools/tool.primitive.js';
export type { McpToolResult } from './tools/tool.result.js';
export type { McpTransport } from './transports/mcp.transport.js';
export type { McpLimits } from './transports/mcp-limits.js';
export type { SseOptions } from './transports/sse/sse.options.js';
export { sse } from './transports/sse/sse.transport.js';
export { stdio } from './transports/stdio/stdio.transport.js';
export type { StdioOptions } from './transports/stdio/stdio.entry.js';
export type { StreamableHttpOptions } from './transports/streamable-http/streamable-http.options.js';
export { streamableHttp } from './transports/streamable-http/streamable-http.transport.js';
