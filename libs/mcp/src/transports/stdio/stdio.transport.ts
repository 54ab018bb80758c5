import { Logger } from '@nestjs/common';
import type { McpTransport, TransportDefinition } from '../mcp.transport.js';
import { StderrLogger } from './stderr.logger.js';
import { StdioEntry, type StdioOptions } from './stdio.entry.js';
import { divertStdout } from './stdout.guard.js';

/** The transport for clients that start this process: one JSON message on each line, over standard input and output. */
export function stdio(options: StdioOptions = {}): McpTransport {
  const definition: TransportDefinition<StdioEntry> = {
    kind: 'stdio',
    declare: () => {
      // Set before the first line of the boot, which NestFactory logs later.
      Logger.overrideLogger(new StderrLogger());
      if (options.output === undefined) divertStdout();
    },
    createEntry: (host) => new StdioEntry(host, options),
  };
  return definition;
}
