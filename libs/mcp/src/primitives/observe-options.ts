/** Optional contents of events. Inputs and results may contain personal data: default `false` for both. */
export interface McpObserveOptions {
  readonly input?: boolean;
  readonly result?: boolean;
}
