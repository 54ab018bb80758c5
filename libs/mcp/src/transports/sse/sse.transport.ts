import type { McpTransport } from '../mcp.transport.js';
import { toRoutes } from '../http/mount.js';
import { createSseController } from './sse.controller.js';
import { SseEntry } from './sse.entry.js';

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

/** The way in of revision 2024-11-05: a GET for the stream, a POST for each message. */
export function sse(options: SseOptions = {}): McpTransport<SseEntry> {
  const settings: SseSettings = {
    path: 'sse',
    messagesPath: 'messages',
    keepAlive: 15_000,
    ...options,
  };
  return {
    kind: 'sse',
    createEntry: (host) => new SseEntry(host, settings),
    createController: (mount) => createSseController(mount, settings),
    routes: (prefix) => [
      ...toRoutes(['GET', 'POST'], prefix, settings.path),
      ...toRoutes(['POST'], prefix, settings.messagesPath),
    ],
  };
}
