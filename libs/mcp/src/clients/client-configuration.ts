/** The MCP clients whose configuration can be generated. */
export const mcpClients = [
  'claude-code',
  'claude-desktop',
  'cursor',
  'vscode',
  'windsurf',
  'gemini-cli',
  'codex',
  'zed',
  'goose',
] as const;

/** A client whose configuration can be generated. */
export type McpClientName = (typeof mcpClients)[number];

/** The address of a server: a URL over Streamable HTTP or HTTP+SSE, or a command over stdio. */
export type McpServerAddress =
  | {
      readonly name: string;
      readonly transport: 'streamable-http' | 'sse';
      readonly url: string;
      /** Name of the environment variable with the bearer token; absent if the server needs none. */
      readonly tokenVariable?: string;
    }
  | {
      readonly name: string;
      readonly transport: 'stdio';
      readonly command: string;
      readonly args?: readonly string[];
      /** Names of environment variables that the client passes on to the process. */
      readonly environment?: readonly string[];
    };

/** An address over HTTP. */
export type HttpAddress = Exclude<McpServerAddress, { readonly transport: 'stdio' }>;

/** An address over stdio. */
export type StdioAddress = Extract<McpServerAddress, { readonly transport: 'stdio' }>;

/** A path in the user's home directory, by operating system. The shell expands `~` and `%APPDATA%`. */
export interface UserFile {
  readonly linux: string;
  readonly darwin: string;
  readonly win32: string;
}

/** The location and the format of a client's configuration file. */
export interface ClientFile {
  readonly format: 'json' | 'toml' | 'yaml';
  /** Relative to the project; absent if the client has no configuration for projects. */
  readonly project?: string;
  readonly user?: UserFile;
}

/** The configuration of one client for one server. */
export interface ClientConfiguration {
  readonly client: McpClientName;
  /** The client's name as its users know it. */
  readonly title: string;
  readonly file: ClientFile;
  /** The path of keys to `entry` in the file. */
  readonly keys: readonly string[];
  /** The configuration of this server. It never contains a token, only the client's placeholder for one. */
  readonly entry: Readonly<Record<string, unknown>>;
  /** Items to add to lists of the file beside the entry (VS Code's `inputs`), by key; each has an `id`. */
  readonly lists?: Readonly<Record<string, readonly { readonly id: string }[]>>;
  /** A shell command that adds the server. */
  readonly command?: string;
  /** A link that installs the server. */
  readonly link?: string;
  /** Further steps for the user. */
  readonly note?: string;
}

/** The client cannot use the server as described. `message` contains the reason, and an alternative. */
export class UnsupportedByClientError extends Error {
  override readonly name = 'UnsupportedByClientError';
}

/** The environment variables that a client needs for the server: those of the process, or that of the token. */
export function variablesOf(server: McpServerAddress): readonly string[] {
  if (server.transport === 'stdio') return server.environment ?? [];
  return server.tokenVariable === undefined ? [] : [server.tokenVariable];
}

/** Quotes one argument for a POSIX shell, so that placeholders such as `${TOKEN}` are not expanded by it. */
export function shellQuote(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}
