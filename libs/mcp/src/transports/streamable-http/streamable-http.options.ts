import type { ResponseMode } from './post-host.js';

/** Options of Streamable HTTP. */
export interface StreamableHttpOptions {
  /** Path under the server's prefix; default `'mcp'`. */
  path?: string;
  /** Disables sessions: each POST is independent, GET and DELETE are answered 405; default `false`. */
  stateless?: boolean;
  /**
   * `'auto'` (default): one JSON body, or SSE if a message has to be sent before the result; `'json'`: always one body,
   * and messages before the result are dropped; `'sse'`: always a stream.
   */
  responseMode?: ResponseMode;
  /** The protocol eras that are served; default both. */
  eras?: readonly ('legacy' | 'modern')[];
  /** Interval in ms between two keep-alives on a stream; 0 means none; default 15,000. */
  keepAlive?: number;
}

/** The options with all defaults filled in. */
export type StreamableHttpSettings = Required<StreamableHttpOptions>;
