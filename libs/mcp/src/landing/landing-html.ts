import { createHash } from 'node:crypto';

const style =
  'body{font:1rem/1.5 system-ui,sans-serif;max-width:44rem;margin:3rem auto;padding:0 1rem}' +
  'pre{overflow-x:auto;padding:.75rem;border:1px solid}';

/** Response headers: the page runs no script, loads no resource and cannot be framed. */
export const landingHeaders = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': [
    "default-src 'none'",
    'img-src data:',
    `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
  Vary: 'Accept',
} as const;

/** The page for a person who opens the URL of an MCP server in a browser. */
export function toLandingHtml({
  title,
  url,
  command,
  needsToken,
}: {
  readonly title: string;
  readonly url: string;
  /** The shell command that connects a client. */
  readonly command: string | undefined;
  readonly needsToken: boolean;
}): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${escapeHtml(title)}: MCP server</title>`,
    '<link rel="icon" href="data:,">',
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    `<h1>${escapeHtml(title)}</h1>`,
    '<p>This is the address of an MCP server. It is for clients such as Claude, Cursor or VS Code, not for a browser.</p>',
    '<p>Give a client this URL:</p>',
    `<pre>${escapeHtml(url)}</pre>`,
    ...(command === undefined
      ? []
      : ['<p>Claude Code, for example:</p>', `<pre>${escapeHtml(command)}</pre>`]),
    ...(needsToken ? ['<p>Clients need a bearer token or have to log in.</p>'] : []),
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => `&#${char.codePointAt(0)};`);
}
