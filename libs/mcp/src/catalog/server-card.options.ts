/** Options of the server card, in addition to the server's options. */
export interface McpServerCardOptions {
  /**
   * `namespace/name`, with your domain in reverse as the namespace. Default: the host of `publicUrl` and the server's
   * name.
   */
  name?: string;
  /** 1 to 100 characters. Default: the server's. */
  title?: string;
  /** 1 to 100 characters. Default: the server's. */
  description?: string;
  repository?: { url: string; source: string; subfolder?: string; id?: string };
  /** The `_meta` of the card; its keys begin with your domain in reverse. */
  meta?: Record<string, unknown>;
}
