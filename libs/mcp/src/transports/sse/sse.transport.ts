import type { McpTransport, TransportDefinition } from '../mcp.transport.js';
import { createSseController } from './sse.controller.js';
import { SseEntry } from './sse.entry.js';
import type { SseOptions, SseSettings } from './sse.options.js';

/** The transport of revision 2024-11-05: a GET opens the stream, and each message is a POST. */
export function sse(options: SseOptions = {}): McpTransport {
  const settings: SseSettings = {
    path: 'sse',
    messagesPath: 'messages',
    keepAlive: 15_000,
    ...options,
  };
  const definition: TransportDefinition<SseEntry> = {
    kind: 'sse',
    path: settings.path,
    eras: ['legacy'],
    keepAlive: settings.keepAlive,
    createEntry: (host) => new SseEntry(host, settings),
    createController: (mount) => createSseController(mount, settings),
  };
  return definition;
}
