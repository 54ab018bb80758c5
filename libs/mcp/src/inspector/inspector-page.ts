/** The data that the page needs before it connects to a server. */
export interface InspectorPage {
  /** The application's path of the page. A prefix that a proxy adds to it also applies to the servers' paths. */
  readonly path: string;
  /** A random id of this start of the application. */
  readonly run: string;
  readonly servers: readonly ShownServer[];
}

/** A server on the page. */
export interface ShownServer {
  readonly name: string;
  readonly title?: string;
  readonly version: string;
  /** The full paths of its transports; empty if it does not have the transport. */
  readonly streamableHttp: readonly string[];
  readonly sse: readonly string[];
  /** Whether callers without a token are refused. */
  readonly needsToken: boolean;
  /** The URL of the server for its clients, if it differs from the one that the browser uses. */
  readonly publicUrl?: string;
}
