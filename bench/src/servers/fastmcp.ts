import { FastMCP } from 'fastmcp';
import { createServer, type AddressInfo } from 'node:net';
import { z } from 'zod';
import { announce, settings } from './child.js';
import { echoShape, itemShape, toolDescription, toolName } from './tools.js';

const silent = (): void => undefined;
const server = new FastMCP({
  name: 'bench',
  version: '1.0.0',
  logger: { debug: silent, error: console.error, info: silent, log: silent, warn: silent },
});
server.addTool({
  name: 'echo',
  description: 'Says it back',
  parameters: z.object(echoShape),
  execute: async ({ message }) => message,
});
for (let n = 0; n < settings.tools; n++) {
  server.addTool({
    name: toolName(n),
    description: toolDescription(n),
    parameters: z.object(itemShape),
    execute: async ({ title }) => title,
  });
}

// It wants to be told a port.
const probe = createServer().listen(0, '127.0.0.1', () => {
  const { port } = probe.address() as AddressInfo;
  probe.close(async () => {
    await server.start({
      transportType: 'httpStream',
      httpStream: {
        port,
        host: '127.0.0.1',
        stateless: settings.way === 'stateless',
        enableJsonResponse: settings.json,
      },
    });
    announce(port);
  });
});
