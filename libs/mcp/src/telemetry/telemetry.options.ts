/** What spans carry beside the facts of a message. */
export interface OpenTelemetryOptions {
  /** The span of a tool call has its arguments as JSON (`gen_ai.tool.call.arguments`). They may hold personal data. Default `false`. */
  recordArguments?: boolean;
  /** The span of a tool call that succeeded has its result as JSON (`gen_ai.tool.call.result`). Default `false`. */
  recordResults?: boolean;
}
