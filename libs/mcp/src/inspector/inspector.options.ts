/** Options of `McpInspectorModule.forRoot`. */
export interface McpInspectorOptions {
  /** Where the page lies, without the application's global prefix. Default `'inspector'`. */
  path?: string;
  /** Whether the page is served at all. Default: everywhere but where `NODE_ENV` is `production`. */
  enabled?: boolean;
  /** Names of the servers that the page shows. Default: all servers of the application. */
  servers?: readonly string[];
  /** Further class decorators for the controller of the page, such as the one that opens a route to a global guard (`@Public()`). */
  decorators?: ClassDecorator[];
}
