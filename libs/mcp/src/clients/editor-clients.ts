import {
  shellQuote,
  variablesOf,
  type ClientConfiguration,
  type HttpAddress,
  type McpServerAddress,
  type StdioAddress,
} from './client-configuration.js';

/** Cursor: the project's `.cursor/mcp.json`, with `${env:VARIABLE}` as placeholder. */
export function cursor(server: McpServerAddress): ClientConfiguration {
  const entry =
    server.transport === 'stdio'
      ? { type: 'stdio', ...stdioEntry(server, ofEnvironment) }
      : { url: server.url, ...headersOf(server, ofEnvironment) };
  const config = encodeURIComponent(toBase64(JSON.stringify(entry)));
  return {
    client: 'cursor',
    title: 'Cursor',
    file: {
      format: 'json',
      project: '.cursor/mcp.json',
      user: sameForAll('~/.cursor/mcp.json'),
    },
    keys: ['mcpServers', server.name],
    entry,
    link: `cursor://anysphere.cursor-deeplink/mcp/install?name=${encodeURIComponent(server.name)}&config=${config}`,
  };
}

/** Visual Studio Code: the project's `.vscode/mcp.json`. It asks for the token once and keeps it in its secret storage. */
export function vscode(server: McpServerAddress): ClientConfiguration {
  const name = toCamelCase(server.name);
  const inputs = inputsOf(server);
  const entry =
    server.transport === 'stdio'
      ? { type: 'stdio', ...stdioEntry(server, askedFor) }
      : {
          type: server.transport === 'sse' ? 'sse' : 'http',
          url: server.url,
          ...headersOf(server, askedFor),
        };
  const inOne = JSON.stringify({ name, ...entry, ...(inputs.length > 0 && { inputs }) });
  return {
    client: 'vscode',
    title: 'Visual Studio Code',
    file: { format: 'json', project: '.vscode/mcp.json' },
    keys: ['servers', name],
    entry,
    ...(inputs.length > 0 && { lists: { inputs } }),
    command: `code --add-mcp ${shellQuote(inOne)}`,
    link: `vscode:mcp/install?${encodeURIComponent(inOne)}`,
  };
}

/** Windsurf: one file per user, with `serverUrl` and `${env:VARIABLE}`. */
export function windsurf(server: McpServerAddress): ClientConfiguration {
  return {
    client: 'windsurf',
    title: 'Windsurf',
    file: { format: 'json', user: sameForAll('~/.codeium/windsurf/mcp_config.json') },
    keys: ['mcpServers', server.name],
    entry:
      server.transport === 'stdio'
        ? stdioEntry(server, ofEnvironment)
        : { serverUrl: server.url, ...headersOf(server, ofEnvironment) },
  };
}

/** Zed: `context_servers` of its settings. It has no documented placeholder for headers. */
export function zed(server: McpServerAddress): ClientConfiguration {
  const needsToken = server.transport !== 'stdio' && server.tokenVariable !== undefined;
  const environment = server.transport === 'stdio' ? (server.environment ?? []) : [];
  return {
    client: 'zed',
    title: 'Zed',
    file: {
      format: 'json',
      project: '.zed/settings.json',
      user: {
        linux: '~/.config/zed/settings.json',
        darwin: '~/.config/zed/settings.json',
        win32: '%APPDATA%\\Zed\\settings.json',
      },
    },
    keys: ['context_servers', server.name],
    entry:
      server.transport === 'stdio'
        ? { command: server.command, args: [...(server.args ?? [])] }
        : { url: server.url },
    ...(needsToken && {
      note: 'Zed documents no placeholder for a token: let it sign in by OAuth, or add `headers` to your user settings by hand and keep them out of version control.',
    }),
    ...(environment.length > 0 && { note: `Start Zed with ${environment.join(', ')} set.` }),
  };
}

type Placeholder = (variable: string) => string;

/** The placeholder of Cursor and Windsurf for environment variables. */
const ofEnvironment: Placeholder = (variable) => `\${env:${variable}}`;

/** The placeholder of VS Code for an input that the user enters. */
const askedFor: Placeholder = (variable) => `\${input:${inputId(variable)}}`;

function headersOf({ tokenVariable }: HttpAddress, placeholder: Placeholder) {
  return tokenVariable === undefined
    ? undefined
    : { headers: { Authorization: `Bearer ${placeholder(tokenVariable)}` } };
}

function stdioEntry({ command, args = [], environment = [] }: StdioAddress, of: Placeholder) {
  return {
    command,
    args: [...args],
    ...(environment.length > 0 && {
      env: Object.fromEntries(environment.map((name) => [name, of(name)])),
    }),
  };
}

function inputsOf(server: McpServerAddress) {
  return variablesOf(server).map((variable) => ({
    type: 'promptString',
    id: inputId(variable),
    description: `${variable} of ${server.name}`,
    password: true,
  }));
}

function inputId(variable: string): string {
  return variable.toLowerCase().replaceAll('_', '-');
}

/** A name in camelCase without spaces, as VS Code requires. */
function toCamelCase(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9]+(.)?/g, (_, next: string | undefined) =>
    (next ?? '').toUpperCase(),
  );
}

function toBase64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return btoa(Array.from(bytes, (byte) => String.fromCodePoint(byte)).join(''));
}

function sameForAll(path: string) {
  const windows = path.replace('~', '%USERPROFILE%').replaceAll('/', '\\');
  return { linux: path, darwin: path, win32: windows };
}
