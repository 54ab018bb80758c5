import type { ResponseMode } from './post-host.js';

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
