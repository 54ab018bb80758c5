/** Identifier of the extension MCP Apps, with which hosts show pages of a server. */
export const appsExtension = 'io.modelcontextprotocol/ui';

/** The media type of pages for MCP Apps. */
export const appMimeType = 'text/html;profile=mcp-app';

/** The page that a host shows for the results of a tool. */
export interface McpToolView {
  /** The `ui://` URI of a resource of this server. */
  resource: string;
  /** The allowed callers of the tool: the model, the page, or (default) both. */
  visibility?: ('model' | 'app')[];
}

/** How a host displays a page, and what the page may load and use. */
export interface McpAppSettings {
  /** Allowed origins besides the page itself. Default: none. */
  csp?: {
    connectDomains?: string[];
    resourceDomains?: string[];
    frameDomains?: string[];
    baseUriDomains?: string[];
  };
  permissions?: {
    camera?: object;
    microphone?: object;
    geolocation?: object;
    clipboardWrite?: object;
  };
  /** A dedicated origin for the page, in the form that the host requires. */
  domain?: string;
  prefersBorder?: boolean;
}

/** Whether a URI is that of a page for hosts to display. */
export function isAppUri(uri: string): boolean {
  return /^ui:\/\/./i.test(uri);
}
