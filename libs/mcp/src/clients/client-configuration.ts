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

/** Where a client reaches the server: a URL over Streamable HTTP or HTTP+SSE, or a command over stdio. */
export type McpServerAddress =
  | {
      readonly name: string;
      readonly transport: 'streamable-http' | 'sse';
      readonly url: string;
      /** Name of the environment variable that holds the bearer token; absent where the server is open. */
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

/** A path in the user's home directory, by operating system. `~` and `%APPDATA%` are the shell's. */
export interface UserFile {
  readonly linux: string;
  readonly darwin: string;
  readonly win32: string;
}

/** Where a client keeps its configuration, and how the file is written. */
export interface ClientFile {
  readonly format: 'json' | 'toml' | 'yaml';
  /** Relative to the project; absent where the client has no configuration of a project. */
  readonly project?: string;
  readonly user?: UserFile;
}

/** What one client must be told to use one server. */
export interface ClientConfiguration {
  readonly client: McpClientName;
  /** The client's name as its users know it. */
  readonly title: string;
  readonly file: ClientFile;
  /** The keys that lead to `entry` in the file. */
  readonly keys: readonly string[];
  /** The configuration of this server. It never holds a token, only the client's placeholder for one. */
  readonly entry: Readonly<Record<string, unknown>>;
  /** Items that belong into lists of the file beside the entry (VS Code's `inputs`), by key; each has an `id`. */
  readonly lists?: Readonly<Record<string, readonly { readonly id: string }[]>>;
  /** A shell command that adds the server. */
  readonly command?: string;
  /** A link that installs the server. */
  readonly link?: string;
  /** What the user must do beyond the file. */
  readonly note?: string;
}

/** A client cannot use the server as it was described. `message` says why, and what works instead. */
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
