import type { McpTransport, TransportDefinition } from '../mcp.transport.js';
import { createStreamableHttpController } from './streamable-http.controller.js';
import { StreamableHttpEntry } from './streamable-http.entry.js';
import type { StreamableHttpOptions, StreamableHttpSettings } from './streamable-http.options.js';

/** The transport of the revisions since 2025-03-26: POST, GET and DELETE on one path. */
export function streamableHttp(options: StreamableHttpOptions = {}): McpTransport {
  const settings: StreamableHttpSettings = {
    path: 'mcp',
    stateless: false,
    responseMode: 'auto',
    eras: ['legacy', 'modern'],
    keepAlive: 15_000,
    ...options,
  };
  const definition: TransportDefinition<StreamableHttpEntry> = {
    kind: 'streamable-http',
    path: settings.path,
    eras: settings.eras,
    keepAlive: settings.keepAlive,
    createEntry: (host) => new StreamableHttpEntry(host, settings),
    createController: (mount) => createStreamableHttpController(mount, settings.path),
  };
  return definition;
}
