/** Extension of the protocol by which hosts show pages of a server: MCP Apps. */
export const appsExtension = 'io.modelcontextprotocol/ui';

/** What a page of a server is served as. */
export const appMimeType = 'text/html;profile=mcp-app';

/** The page that a host shows for the results of a tool. */
export interface McpToolView {
  /** `ui://` URI of a resource of this server. */
  resource: string;
  /** Who may call the tool: the model, the page, or (default) both. */
  visibility?: ('model' | 'app')[];
}

/** How a host shows a page: what it may load, use and look like. */
export interface McpAppSettings {
  /** Origins beside the page itself. Default: none. */
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
  /** An origin of its own, in the form that the host asks for. */
  domain?: string;
  prefersBorder?: boolean;
}

/** Whether a resource is a page for hosts to show. */
export function isAppUri(uri: string): boolean {
  return /^ui:\/\/./i.test(uri);
}
