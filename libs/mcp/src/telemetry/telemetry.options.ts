/** Optional contents of spans. */
export interface OpenTelemetryOptions {
  /**
   * Whether the span of a tool call contains its arguments as JSON (`gen_ai.tool.call.arguments`). They may contain
   * personal data. Default `false`.
   */
  recordArguments?: boolean;
  /**
   * Whether the span of a successful tool call contains its result as JSON (`gen_ai.tool.call.result`). Default
   * `false`.
   */
  recordResults?: boolean;
}
