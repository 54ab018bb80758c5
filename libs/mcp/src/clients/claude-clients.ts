import {
  shellQuote,
  type ClientConfiguration,
  type HttpAddress,
  type McpServerAddress,
  type StdioAddress,
} from './client-configuration.js';

/** Claude Code: the project's `.mcp.json`, with `${VARIABLE}` as placeholder. */
export function claudeCode(server: McpServerAddress): ClientConfiguration {
  return {
    client: 'claude-code',
    title: 'Claude Code',
    file: { format: 'json', project: '.mcp.json' },
    keys: ['mcpServers', server.name],
    entry: server.transport === 'stdio' ? stdioEntry(server) : httpEntry(server),
    command: claudeCommand(server),
  };
}

/** Claude Desktop: it supports stdio only, so a server over HTTP is reached through the package `mcp-remote`. */
export function claudeDesktop(server: McpServerAddress): ClientConfiguration {
  const isHttp = server.transport !== 'stdio';
  return {
    client: 'claude-desktop',
    title: 'Claude Desktop',
    file: {
      format: 'json',
      user: {
        linux: '~/.config/Claude/claude_desktop_config.json',
        darwin: '~/Library/Application Support/Claude/claude_desktop_config.json',
        win32: '%APPDATA%\\Claude\\claude_desktop_config.json',
      },
    },
    keys: ['mcpServers', server.name],
    entry: isHttp
      ? remoteEntry(server)
      : { command: server.command, args: [...(server.args ?? [])] },
    ...(isHttp &&
      server.tokenVariable !== undefined && {
        note: `Claude Desktop has no placeholders: start it with ${headerVariable(server.tokenVariable)} set to "Bearer <token>".`,
      }),
    ...(!isHttp &&
      server.environment?.length && {
        note: `Claude Desktop has no placeholders: start it with ${server.environment.join(', ')} set.`,
      }),
  };
}

function httpEntry({ transport, url, tokenVariable }: HttpAddress): Record<string, unknown> {
  return {
    type: transport === 'sse' ? 'sse' : 'http',
    url,
    ...(tokenVariable !== undefined && {
      headers: { Authorization: `Bearer \${${tokenVariable}}` },
    }),
  };
}

function stdioEntry({ command, args = [], environment = [] }: StdioAddress) {
  return {
    command,
    args: [...args],
    ...(environment.length > 0 && {
      env: Object.fromEntries(environment.map((name) => [name, `\${${name}}`])),
    }),
  };
}

/**
 * `mcp-remote` fills `${…}` in its headers from its own environment. A space after the colon would be lost on Windows.
 */
function remoteEntry({ transport, url, tokenVariable }: HttpAddress): Record<string, unknown> {
  const header =
    tokenVariable === undefined
      ? []
      : ['--header', `Authorization:\${${headerVariable(tokenVariable)}}`];
  const strategy = transport === 'sse' ? 'sse-only' : 'http-only';
  return { command: 'npx', args: ['-y', 'mcp-remote', url, '--transport', strategy, ...header] };
}

function headerVariable(tokenVariable: string): string {
  return `${tokenVariable}_HEADER`;
}

function claudeCommand(server: McpServerAddress): string {
  const options =
    server.transport === 'stdio'
      ? (server.environment ?? []).flatMap((name) => ['--env', `${name}=\${${name}}`])
      : [
          '--transport',
          server.transport === 'sse' ? 'sse' : 'http',
          ...(server.tokenVariable === undefined
            ? []
            : ['--header', `Authorization: Bearer \${${server.tokenVariable}}`]),
        ];
  const target =
    server.transport === 'stdio' ? ['--', server.command, ...(server.args ?? [])] : [server.url];
  const words = ['claude', 'mcp', 'add', '--scope', 'project', ...options, server.name, ...target];
  return words.map(shellQuote).join(' ');
}
