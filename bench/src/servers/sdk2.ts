import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import express from 'express';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { announce, settings } from './child.js';
import { createItemShape, echoShape, itemShape, toolDescription, toolName } from './tools.js';

const echoInput = z.object(echoShape);
const sharedInput = z.object(itemShape);
const inputOf =
  settings.schemas === 'shared' ? () => sharedInput : () => z.object(createItemShape());

const handler = createMcpHandler(() => {
  const server = new McpServer({ name: 'bench', version: '1.0.0' });
  server.registerTool(
    'echo',
    { description: 'Says it back', inputSchema: echoInput },
    ({ message }) => ({ content: [{ type: 'text', text: message }] }),
  );
  for (let n = 0; n < settings.tools; n++) {
    server.registerTool(
      toolName(n),
      { description: toolDescription(n), inputSchema: inputOf() },
      ({ title }) => ({ content: [{ type: 'text', text: title }] }),
    );
  }
  return server;
});
const answer = toNodeHandler(handler);
const app = express();
app.use(express.json());
app.all('/mcp', (req, res) => void answer(req, res, req.body));
const listening = app.listen(0, '127.0.0.1', () =>
  announce((listening.address() as AddressInfo).port),
);
