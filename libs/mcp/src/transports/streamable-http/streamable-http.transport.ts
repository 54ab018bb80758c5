import type { McpTransport } from '../mcp.transport.js';
import { toRoutes } from '../http/mount.js';
import type { ResponseMode } from './post.exchange.js';
import { createStreamableHttpController } from './streamable-http.controller.js';
import { StreamableHttpEntry } from './streamable-http.entry.js';

/** How Streamable HTTP is served. */
export interface StreamableHttpOptions {
  /** Under the server's prefix; default `'mcp'`. */
  path?: string;
  /** No sessions: every POST stands alone, GET and DELETE are 405; default `false`. */
  stateless?: boolean;
  /**
   * `'auto'` (default): one JSON body, or SSE when something has to go before the result; `'json'`: always one
   * body, what would go before it is dropped; `'sse'`: always a stream.
   */
  responseMode?: ResponseMode;
  /** The protocol eras that are served; default both. */
  eras?: readonly ('legacy' | 'modern')[];
  /** Milliseconds between two signs of life on a stream; 0: none; default 15,000. */
  keepAlive?: number;
}

/** The options with nothing left out. */
export type StreamableHttpSettings = Required<StreamableHttpOptions>;

/** The way in of the revisions since 2025-03-26: POST, GET and DELETE on one path. */
export function streamableHttp(
  options: StreamableHttpOptions = {},
): McpTransport<StreamableHttpEntry> {
  const settings: StreamableHttpSettings = {
    path: 'mcp',
    stateless: false,
    responseMode: 'auto',
    eras: ['legacy', 'modern'],
    keepAlive: 15_000,
    ...options,
  };
  return {
    kind: 'streamable-http',
    createEntry: (host) => new StreamableHttpEntry(host, settings),
    createController: (mount) => createStreamableHttpController(mount, settings.path),
    routes: (prefix) => toRoutes(['POST', 'GET', 'DELETE'], prefix, settings.path),
  };
}
