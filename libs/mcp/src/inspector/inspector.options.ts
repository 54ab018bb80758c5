/** Options of `McpInspectorModule.forRoot`. */
export interface McpInspectorOptions {
  /** Where the page lies, without the application's global prefix. Default `'inspector'`. */
  path?: string;
  /** Whether the page is served at all. Default: everywhere but where `NODE_ENV` is `production`. */
  enabled?: boolean;
  /** Names of the servers that the page shows. Default: all servers of the application. */
  servers?: readonly string[];
  /**
   * The scope with which a caller sees the sessions of all callers, and what its own token does not show. Default: nobody does, and
   * each caller sees its own sessions.
   */
  scope?: string;
  /** Further class decorators for the controller of the page, such as the one that opens a route to a global guard (`@Public()`). */
  decorators?: ClassDecorator[];
}
