/**
 * Limits on requests to one server in this process, and on the memory that they take. Sizes are bytes of encoded data
 * (UTF-8); `Infinity` lifts a limit.
 */
export interface McpLimits {
  /** Bytes of one request body, or of one line over stdio. Default 4 MiB. */
  body: number;
  /**
   * Bytes of all request bodies that are still arriving, over the whole server; beyond them the request that has been
   * arriving for longest is refused (503). Default 64 MiB.
   */
  bodies: number;
  /** Messages in one batch. Default 100. */
  batch: number;
  /** Levels of nesting in one message. Default 64. */
  depth: number;
  /** Calls in flight of one session. Default 64. */
  concurrency: number;
  /** Calls in flight of one caller over all transports, sessions and eras; anonymous callers count by `request.ip`. Default 256. */
  callsPerOwner: number;
  /**
   * Bytes that one stream may have unsent when another message is written; the connection of a slower client is closed.
   * Default 8 MiB.
   */
  queue: number;
  /**
   * Open `subscriptions/listen` streams of the server, and resources that one session may subscribe to. Default 1,024.
   */
  subscriptions: number;
  /** Open `subscriptions/listen` streams of one caller; anonymous callers count by `request.ip`. Default 64. */
  subscriptionsPerOwner: number;
  /**
   * Bytes that all clients of the server together may have unsent, over every transport; beyond them the connections of
   * the slowest clients are closed. It also limits what the results of `AsyncIterable`s and byte streams collect.
   * Default 64 MiB.
   */
  unsent: number;
  /**
   * Bytes of the in-memory event store, for all sessions together; beyond them the oldest sessions lose events. Default
   * 64 MiB.
   */
  events: number;
  /** Bytes of all finished tasks together; beyond them the oldest finished tasks are deleted. Default 64 MiB. */
  taskResults: number;
  /** Time in ms without progress after which the connection of a client with unsent bytes is closed. Default 30,000. */
  stallTimeout: number;
}
