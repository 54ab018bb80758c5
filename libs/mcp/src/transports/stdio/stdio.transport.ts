import type { McpTransport, TransportDefinition } from '../mcp.transport.js';
import { StdioEntry, type StdioOptions } from './stdio.entry.js';

/** The way in of a client that starts this process: one JSON message a line, on standard input and output. */
export function stdio(options: StdioOptions = {}): McpTransport {
  const definition: TransportDefinition<StdioEntry> = {
    kind: 'stdio',
    createEntry: (host) => new StdioEntry(host, options),
  };
  return definition;
}
