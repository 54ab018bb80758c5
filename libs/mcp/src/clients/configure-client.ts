import { claudeCode, claudeDesktop } from './claude-clients.js';
import type {
  ClientConfiguration,
  McpClientName,
  McpServerAddress,
} from './client-configuration.js';
import { cursor, vscode, windsurf, zed } from './editor-clients.js';
import { codex, geminiCli, goose } from './terminal-clients.js';

const clients: Readonly<Record<McpClientName, (server: McpServerAddress) => ClientConfiguration>> =
  {
    'claude-code': claudeCode,
    'claude-desktop': claudeDesktop,
    cursor,
    vscode,
    windsurf,
    'gemini-cli': geminiCli,
    codex,
    zed,
    goose,
  };

/**
 * What a client must be told to use a server: its file, the entry in it, and where there is one a command or a link.
 * Throws `UnsupportedByClientError` where the client does not speak the transport.
 */
export function configureClient(
  client: McpClientName,
  server: McpServerAddress,
): ClientConfiguration {
  return clients[client](server);
}

/** The environment variable that holds the token of a server, where no other is named: `my-shop` → `MY_SHOP_TOKEN`. */
export function defaultTokenVariable(name: string): string {
  return `${name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')}_TOKEN`;
}
