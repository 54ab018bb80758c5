/** What events carry beside the facts of a call. Inputs and results may hold personal data: default `false` for both. */
export interface McpObserveOptions {
  readonly input?: boolean;
  readonly result?: boolean;
}
