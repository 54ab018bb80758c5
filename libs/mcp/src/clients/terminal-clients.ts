import {
  shellQuote,
  UnsupportedByClientError,
  variablesOf,
  type ClientConfiguration,
  type McpServerAddress,
} from './client-configuration.js';

/** Gemini CLI: `.gemini/settings.json`, with `${VARIABLE}` as placeholder. */
export function geminiCli(server: McpServerAddress): ClientConfiguration {
  const entry =
    server.transport === 'stdio'
      ? {
          command: server.command,
          args: [...(server.args ?? [])],
          ...(server.environment?.length && {
            env: Object.fromEntries(server.environment.map((name) => [name, `\${${name}}`])),
          }),
        }
      : {
          type: server.transport === 'sse' ? 'sse' : 'http',
          url: server.url,
          ...(server.tokenVariable !== undefined && {
            headers: { Authorization: `Bearer \${${server.tokenVariable}}` },
          }),
        };
  return {
    client: 'gemini-cli',
    title: 'Gemini CLI',
    file: {
      format: 'json',
      project: '.gemini/settings.json',
      user: {
        linux: '~/.gemini/settings.json',
        darwin: '~/.gemini/settings.json',
        win32: '%USERPROFILE%\\.gemini\\settings.json',
      },
    },
    keys: ['mcpServers', server.name],
    entry,
  };
}

/** Codex: a table of `config.toml`. It takes tokens by the name of a variable, and does not support HTTP+SSE. */
export function codex(server: McpServerAddress): ClientConfiguration {
  if (server.transport === 'sse') {
    throw new UnsupportedByClientError(
      'Codex does not speak HTTP+SSE: give it the URL of Streamable HTTP.',
    );
  }
  const isStdio = server.transport === 'stdio';
  const target = isStdio
    ? ['--', server.command, ...(server.args ?? [])]
    : ['--url', server.url, ...bearerOption(server.tokenVariable)];
  const words = ['codex', 'mcp', 'add', server.name, ...target];
  return {
    client: 'codex',
    title: 'Codex',
    file: {
      format: 'toml',
      project: '.codex/config.toml',
      user: {
        linux: '~/.codex/config.toml',
        darwin: '~/.codex/config.toml',
        win32: '%USERPROFILE%\\.codex\\config.toml',
      },
    },
    keys: ['mcp_servers', server.name],
    entry: isStdio
      ? {
          command: server.command,
          args: [...(server.args ?? [])],
          ...(server.environment?.length && { env_vars: [...server.environment] }),
        }
      : {
          url: server.url,
          ...(server.tokenVariable !== undefined && { bearer_token_env_var: server.tokenVariable }),
        },
    command: words.map(shellQuote).join(' '),
  };
}

function bearerOption(tokenVariable: string | undefined): string[] {
  return tokenVariable === undefined ? [] : ['--bearer-token-env-var', tokenVariable];
}

/** Goose: an extension of `config.yaml`. It refuses HTTP+SSE at run time. */
export function goose(server: McpServerAddress): ClientConfiguration {
  if (server.transport === 'sse') {
    throw new UnsupportedByClientError(
      'Goose does not run extensions over HTTP+SSE: give it the URL of Streamable HTTP.',
    );
  }
  const { name } = server;
  const common = { enabled: true, name, timeout: 300 };
  const variables = variablesOf(server);
  return {
    client: 'goose',
    title: 'Goose',
    file: {
      format: 'yaml',
      user: {
        linux: '~/.config/goose/config.yaml',
        darwin: '~/.config/goose/config.yaml',
        win32: '%APPDATA%\\Block\\goose\\config\\config.yaml',
      },
    },
    keys: ['extensions', name],
    entry: {
      ...common,
      ...(server.transport === 'stdio'
        ? { type: 'stdio', cmd: server.command, args: [...(server.args ?? [])] }
        : {
            type: 'streamable_http',
            uri: server.url,
            ...(server.tokenVariable !== undefined && {
              headers: { Authorization: `Bearer \${${server.tokenVariable}}` },
            }),
          }),
      env_keys: [...variables],
    },
    link: gooseLink(server),
    ...(variables.length > 0 && {
      note: `Goose asks for ${variables.join(', ')} and keeps it in the system's key ring.`,
    }),
  };
}

function gooseLink(server: Exclude<McpServerAddress, { transport: 'sse' }>): string | undefined {
  const commands = ['jbang', 'npx', 'uvx', 'goosed', 'docker'];
  const parameters = new URLSearchParams();
  if (server.transport === 'stdio') {
    if (!commands.includes(server.command)) return undefined;
    parameters.set('cmd', server.command);
    for (const argument of server.args ?? []) parameters.append('arg', argument);
  } else {
    parameters.set('url', server.url);
    parameters.set('type', 'streamable_http');
  }
  parameters.set('id', server.name);
  parameters.set('name', server.name);
  parameters.set('description', server.name);
  return `goose://extension?${parameters.toString()}`;
}
