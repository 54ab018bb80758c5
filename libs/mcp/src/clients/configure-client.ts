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
 * The configuration of a client for a server: its file, the entry in it, and if available a command or a link. Throws
 * `UnsupportedByClientError` if the client does not support the transport.
 */
export function configureClient(
  client: McpClientName,
  server: McpServerAddress,
): ClientConfiguration {
  return clients[client](server);
}

/** The default environment variable for the token of a server: `my-shop` → `MY_SHOP_TOKEN`. */
export function defaultTokenVariable(name: string): string {
  return `${name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')}_TOKEN`;
}
