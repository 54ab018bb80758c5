import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { isInitializeRequest } from '@modelcontextprotocol/sdk/types.js';
import express from 'express';
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { announce, settings } from './child.js';
import { createItemShape, echoShape, itemShape, toolDescription, toolName } from './tools.js';

const shapeOf = settings.schemas === 'shared' ? () => itemShape : createItemShape;

// What one writes by hand, after the examples of the SDK.
function createServer(): McpServer {
  const server = new McpServer({ name: 'bench', version: '1.0.0' });
  server.registerTool(
    'echo',
    { description: 'Says it back', inputSchema: echoShape },
    ({ message }) => ({ content: [{ type: 'text', text: message }] }),
  );
  for (let n = 0; n < settings.tools; n++) {
    server.registerTool(
      toolName(n),
      { description: toolDescription(n), inputSchema: shapeOf() },
      ({ title }) => ({ content: [{ type: 'text', text: title }] }),
    );
  }
  return server;
}

const app = express();
app.use(express.json());

if (settings.way === 'stateless') {
  app.post('/mcp', async (req, res) => {
    const server = createServer();
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: undefined,
      enableJsonResponse: settings.json,
    });
    res.on('close', () => {
      void transport.close();
      void server.close();
    });
    await server.connect(transport);
    await transport.handleRequest(req, res, req.body);
  });
} else if (settings.way === 'session') {
  const transports = new Map<string, StreamableHTTPServerTransport>();
  app.all('/mcp', async (req, res) => {
    const known = transports.get(String(req.headers['mcp-session-id']));
    if (known) {
      await known.handleRequest(req, res, req.body);
      return;
    }
    if (!isInitializeRequest(req.body)) {
      res.status(404).end();
      return;
    }
    const transport: StreamableHTTPServerTransport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      enableJsonResponse: settings.json,
      onsessioninitialized: (id) => void transports.set(id, transport),
    });
    transport.onclose = () => transports.delete(transport.sessionId ?? '');
    await createServer().connect(transport);
    await transport.handleRequest(req, res, req.body);
  });
} else {
  const transports = new Map<string, SSEServerTransport>();
  app.get('/sse', async (_req, res) => {
    const transport = new SSEServerTransport('/messages', res);
    transports.set(transport.sessionId, transport);
    res.on('close', () => transports.delete(transport.sessionId));
    await createServer().connect(transport);
  });
  app.post('/messages', async (req, res) => {
    const transport = transports.get(String(req.query['sessionId']));
    if (transport) await transport.handlePostMessage(req, res, req.body);
    else res.status(404).end();
  });
}
const listening = app.listen(0, '127.0.0.1', () =>
  announce((listening.address() as AddressInfo).port),
);
