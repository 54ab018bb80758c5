import { Logger } from '@nestjs/common';
import type { McpTransport, TransportDefinition } from '../mcp.transport.js';
import { StderrLogger } from './stderr.logger.js';
import { StdioEntry, type StdioOptions } from './stdio.entry.js';
import { divertStdout } from './stdout.guard.js';

/** The transport of a client that starts this process: one JSON message a line, on standard input and output. */
export function stdio(options: StdioOptions = {}): McpTransport {
  const definition: TransportDefinition<StdioEntry> = {
    kind: 'stdio',
    declare: () => {
      // In time for the very first line of the boot, which NestFactory writes later.
      Logger.overrideLogger(new StderrLogger());
      if (options.output === undefined) divertStdout();
    },
    createEntry: (host) => new StdioEntry(host, options),
  };
  return definition;
}
