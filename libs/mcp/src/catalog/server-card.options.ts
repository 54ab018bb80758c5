/** What a server card says beside what the server's options say. */
export interface McpServerCardOptions {
  /** `namespace/name`, the namespace a domain of yours in reverse. Default: the host of `publicUrl` and the server's name. */
  name?: string;
  /** 1 to 100 characters. Default: the server's. */
  title?: string;
  /** 1 to 100 characters. Default: the server's. */
  description?: string;
  repository?: { url: string; source: string; subfolder?: string; id?: string };
  /** Goes into the card as `_meta`; its keys begin with a domain of yours in reverse. */
  meta?: Record<string, unknown>;
}
