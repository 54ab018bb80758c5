/** Options of `McpInspectorModule.forRoot`. */
export interface McpInspectorOptions {
  /** Path of the page, without the application's global prefix. Default `'inspector'`. */
  path?: string;
  /** Whether the page is served. Default: unless `NODE_ENV` is `production`. */
  enabled?: boolean;
  /** Names of the servers that the page shows. Default: all servers of the application. */
  servers?: readonly string[];
  /**
   * The scope that lets a caller see the sessions of all callers, and primitives that are hidden from its own token.
   * Default: no scope does, and each caller sees its own sessions.
   */
  scope?: string;
  /**
   * Additional class decorators for the controller of the page, such as one that exempts a route from a global guard
   * (`@Public()`).
   */
  decorators?: ClassDecorator[];
}
