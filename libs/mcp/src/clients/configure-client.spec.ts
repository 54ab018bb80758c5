import { parse as parseToml } from 'smol-toml';
import { parse as parseYaml } from 'yaml';
import { mcpClients, type McpClientName, type McpServerAddress } from './client-configuration.js';
import { toConfigurationText } from './configuration-text.js';
import { configureClient, defaultTokenVariable } from './configure-client.js';

const overHttp: McpServerAddress = {
  name: 'shop',
  transport: 'streamable-http',
  url: 'https://shop.example/mcp',
  tokenVariable: 'SHOP_TOKEN',
};

const overStdio: McpServerAddress = {
  name: 'shop',
  transport: 'stdio',
  command: 'node',
  args: ['dist/main.js', '--stdio'],
  environment: ['DATABASE_URL'],
};

const parsers: Record<'json' | 'toml' | 'yaml', (text: string) => unknown> = {
  json: (text) => JSON.parse(text) as unknown,
  toml: parseToml,
  yaml: (text) => parseYaml(text) as unknown,
};

/** The file of a client, read back by a parser of its format. */
const fileOf = (client: McpClientName, server: McpServerAddress): unknown => {
  const configuration = configureClient(client, server);
  return parsers[configuration.file.format](toConfigurationText(configuration));
};

describe('configureClient', () => {
  const remote = ['-y', 'mcp-remote', 'https://shop.example/mcp', '--transport', 'http-only'];
  it.each<[McpClientName, object]>([
    [
      'claude-code',
      {
        mcpServers: {
          shop: {
            type: 'http',
            url: 'https://shop.example/mcp',
            headers: { Authorization: 'Bearer ${SHOP_TOKEN}' },
          },
        },
      },
    ],
    [
      'claude-desktop',
      {
        mcpServers: {
          shop: {
            command: 'npx',
            args: [...remote, '--header', 'Authorization:${SHOP_TOKEN_HEADER}'],
          },
        },
      },
    ],
    [
      'cursor',
      {
        mcpServers: {
          shop: {
            url: 'https://shop.example/mcp',
            headers: { Authorization: 'Bearer ${env:SHOP_TOKEN}' },
          },
        },
      },
    ],
    [
      'vscode',
      {
        servers: {
          shop: {
            type: 'http',
            url: 'https://shop.example/mcp',
            headers: { Authorization: 'Bearer ${input:shop-token}' },
          },
        },
        inputs: [
          {
            type: 'promptString',
            id: 'shop-token',
            description: 'SHOP_TOKEN of shop',
            password: true,
          },
        ],
      },
    ],
    [
      'windsurf',
      {
        mcpServers: {
          shop: {
            serverUrl: 'https://shop.example/mcp',
            headers: { Authorization: 'Bearer ${env:SHOP_TOKEN}' },
          },
        },
      },
    ],
    [
      'gemini-cli',
      {
        mcpServers: {
          shop: {
            type: 'http',
            url: 'https://shop.example/mcp',
            headers: { Authorization: 'Bearer ${SHOP_TOKEN}' },
          },
        },
      },
    ],
    [
      'codex',
      {
        mcp_servers: {
          shop: { url: 'https://shop.example/mcp', bearer_token_env_var: 'SHOP_TOKEN' },
        },
      },
    ],
    ['zed', { context_servers: { shop: { url: 'https://shop.example/mcp' } } }],
    [
      'goose',
      {
        extensions: {
          shop: {
            enabled: true,
            name: 'shop',
            timeout: 300,
            type: 'streamable_http',
            uri: 'https://shop.example/mcp',
            headers: { Authorization: 'Bearer ${SHOP_TOKEN}' },
            env_keys: ['SHOP_TOKEN'],
          },
        },
      },
    ],
  ])('writes the file of %s for a server over Streamable HTTP with a token', (client, expected) => {
    expect(fileOf(client, overHttp)).toEqual(expected);
  });

  it.each(mcpClients)('writes the command and its arguments for %s over stdio', (client) => {
    const { entry } = configureClient(client, overStdio);
    expect(entry.command ?? entry.cmd).toBe('node');
    expect(entry.args).toEqual(['dist/main.js', '--stdio']);
  });

  it.each(mcpClients)('writes a file for %s without the value of a variable', (client) => {
    process.env.DATABASE_URL = 'postgres://user:secret@host';
    try {
      expect(JSON.stringify(configureClient(client, overStdio))).not.toContain('secret');
    } finally {
      delete process.env.DATABASE_URL;
    }
  });

  it.each<McpClientName>(['codex', 'goose'])(
    'reports that %s does not support HTTP+SSE',
    (client) => {
      const server = { ...overHttp, transport: 'sse' } as const;
      expect(() => configureClient(client, server)).toThrow(/HTTP\+SSE/);
    },
  );

  it('quotes placeholders in commands, so that no shell writes the token into a file', () => {
    expect(configureClient('claude-code', overHttp).command).toBe(
      "claude mcp add --scope project --transport http --header 'Authorization: Bearer ${SHOP_TOKEN}' shop https://shop.example/mcp",
    );
  });

  it('puts the inner object of the entry into the link of Cursor', () => {
    const { link = '', entry } = configureClient('cursor', overHttp);
    const config = new URL(link).searchParams.get('config') ?? '';
    expect(JSON.parse(Buffer.from(config, 'base64').toString())).toEqual(entry);
  });

  it('names the variable of a token after the server', () => {
    expect(defaultTokenVariable('my-shop 2')).toBe('MY_SHOP_2_TOKEN');
  });
});
