import { McpConfigurationError } from '../errors/configuration.error.js';

/** The schemes whose origins have a default port. */
const special = /^(?:https?|wss?):/i;

/** The origin of a browser extension or of a web view: everything before the path. */
const own = /^[a-z][a-z\d+.-]*:\/\/[^\s/?#@\\]*(?=\/?$)/i;

/**
 * An origin as origins are compared; `undefined` for a text that is none, and for `null`, which every sandboxed page
 * sends. `URL` calls all origins of other schemes than those of the web `null`, too: they are compared as they are
 * sent.
 */
export function comparableOrigin(text: string): string | undefined {
  if (!special.test(text)) return own.exec(text)?.[0].toLowerCase();
  return URL.canParse(text) ? new URL(text).origin : undefined;
}

/** The entries of `allowedOrigins` as origins are compared. Throws `McpConfigurationError` for one that is no origin. */
export function readAllowedOrigins(entries: readonly string[]): ReadonlySet<string> {
  return new Set(
    entries.map((entry) => {
      const origin = entry === '*' ? entry : comparableOrigin(entry);
      if (origin !== undefined && (entry === '*' || !entry.includes('*'))) return origin;
      throw new McpConfigurationError(
        'allowedOrigins',
        `'${entry}' is not an origin, and no request could have it.`,
        "Write scheme and host, 'https://app.example.com' or 'chrome-extension://…', or '*' for every origin.",
      );
    }),
  );
}

/** The entries of `allowedHosts` in lower case. Throws `McpConfigurationError` for one that is no host. */
export function readAllowedHosts(entries: readonly string[]): readonly string[] {
  return entries.map((entry) => {
    if (/^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d+)?$/i.test(entry)) return entry.toLowerCase();
    throw new McpConfigurationError(
      'allowedHosts',
      `'${entry}' is not a host, and no request could have it.`,
      "Write each name as clients send it, 'api.example.com', 'api.example.com:8443' or '[::1]', without scheme, path or '*'.",
    );
  });
}
