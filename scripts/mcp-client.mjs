import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

/** The ways in of a server over HTTP: name and transport. */
export const httpTransports = {
  'Streamable HTTP': (origin) => new StreamableHTTPClientTransport(new URL('/mcp', origin)),
  'HTTP+SSE': (origin) => new SSEClientTransport(new URL('/sse', origin)),
};

/** A server that the client starts itself. */
export const stdioTransport = (parameters) => new StdioClientTransport(parameters);

/** Connects the SDK's own client, hands it to `use`, and closes it whatever happens. */
export async function withClient(transport, use) {
  const client = new Client({ name: 'smoke', version: '1.0.0' });
  try {
    await client.connect(transport);
    return await use(client);
  } finally {
    await client.close();
  }
}
