/** What the page must know before it connects to a server. */
export interface InspectorPage {
  /** The path of the page as the application serves it. What a proxy adds before it, it adds before the servers' paths, too. */
  readonly path: string;
  /** Another one after each start of the application. */
  readonly run: string;
  readonly servers: readonly ShownServer[];
}

/** A server of the page. */
export interface ShownServer {
  readonly name: string;
  readonly title?: string;
  readonly version: string;
  /** Paths of its transports, in full; empty where it does not have the transport. */
  readonly streamableHttp: readonly string[];
  readonly sse: readonly string[];
  /** Whether a caller without a token is refused. */
  readonly needsToken: boolean;
  /** The URL of the server for its clients, where it is not the one that the browser uses. */
  readonly publicUrl?: string;
}
