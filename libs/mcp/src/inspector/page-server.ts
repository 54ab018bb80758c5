import type { OutgoingHttpHeaders } from 'node:http';
import { ForbiddenException } from '@nestjs/common';
import type { NodeExchange } from '../platform/node-exchange.js';
import { readPage, type PageFileName } from './page-files.js';
import { frameHeaders, pageHeaders } from './page-headers.js';
import type { ShownServers } from './shown-servers.js';

/**
 * Sends the page, to the hosts and origins that its servers allow. The page contains no data of a server: it connects
 * as a client.
 */
export class PageServer {
  private readonly files = readPage();

  constructor(private readonly servers: ShownServers) {}

  /** Sends the page itself. Its files have relative URLs, so that a proxy may add a prefix. */
  sendIndex(exchange: NodeExchange, url: string): void {
    if (this.refuses(exchange)) return;
    const [pathname = ''] = url.split(/[?#]/, 1);
    const last = pathname.slice(pathname.lastIndexOf('/') + 1);
    const base =
      last === '' ? './' : `./${last.replaceAll(/[^\w.~%!$()*+,;=:@-]/g, encodeURIComponent)}/`;
    const html = [
      '<!doctype html>',
      '<html lang="en">',
      '<head>',
      '<meta charset="utf-8">',
      '<meta name="viewport" content="width=device-width, initial-scale=1">',
      '<meta name="color-scheme" content="light dark">',
      '<title>MCP inspector</title>',
      '<link rel="icon" href="data:,">',
      `<link rel="stylesheet" href="${base}app.css">`,
      `<script type="module" src="${base}app.js"></script>`,
      '</head>',
      '<body><div id="app"><p class="boot">The inspector loads…</p></div></body>',
      '</html>',
      '',
    ].join('\n');
    end(exchange, Buffer.from(html), {
      ...pageHeaders,
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-store',
    });
  }

  /** Sends the data that the page needs before it connects. */
  sendServers(exchange: NodeExchange): void {
    if (this.refuses(exchange)) return;
    end(exchange, Buffer.from(JSON.stringify(this.servers.describe())), {
      ...pageHeaders,
      'Content-Type': 'application/json',
      'Cache-Control': 'no-store',
    });
  }

  /** Sends one of the built files. */
  sendFile(name: PageFileName, exchange: NodeExchange): void {
    if (this.refuses(exchange)) return;
    const { type, bytes, zipped, tag } = this.files[name];
    const headers = {
      ...(name === 'frame.html' ? frameHeaders : pageHeaders),
      ETag: tag,
      'Cache-Control': 'no-cache',
      Vary: 'Accept-Encoding',
    };
    const asked = exchange.req.headers;
    if (asked['if-none-match'] === tag) {
      exchange.res.writeHead(304, headers).end();
      return;
    }
    const isZipped = /\bgzip\b/.test(asked['accept-encoding'] ?? '');
    end(exchange, isZipped ? zipped : bytes, {
      ...headers,
      'Content-Type': type,
      ...(isZipped && { 'Content-Encoding': 'gzip' }),
    });
  }

  private refuses(exchange: NodeExchange): boolean {
    try {
      this.servers.assertHost(exchange.req);
      return false;
    } catch (error) {
      if (!(error instanceof ForbiddenException)) throw error;
      const body = Buffer.from(JSON.stringify(error.getResponse()));
      end(exchange, body, { ...pageHeaders, 'Content-Type': 'application/json' }, 403);
      return true;
    }
  }
}

function end(
  { res }: NodeExchange,
  body: Buffer,
  headers: OutgoingHttpHeaders,
  status = 200,
): void {
  res.writeHead(status, { ...headers, 'Content-Length': body.length }).end(body);
}
