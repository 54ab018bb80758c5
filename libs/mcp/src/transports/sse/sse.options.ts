/** How HTTP+SSE is served. */
export interface SseOptions {
  /** Of the stream, under the server's prefix; default `'sse'`. */
  path?: string;
  /** Where messages are posted, beside `path`; default `'messages'`. */
  messagesPath?: string;
  /** Milliseconds between two signs of life on a stream; 0: none; default 15,000. */
  keepAlive?: number;
}

/** The options with nothing left out. */
export type SseSettings = Required<SseOptions>;
