/** Options of HTTP+SSE. */
export interface SseOptions {
  /** Path of the stream, under the server's prefix; default `'sse'`. */
  path?: string;
  /** Path for messages, beside `path`; default `'messages'`. */
  messagesPath?: string;
  /** Interval in ms between two keep-alives on a stream; 0 means none; default 15,000. */
  keepAlive?: number;
}

/** The options with all defaults filled in. */
export type SseSettings = Required<SseOptions>;
