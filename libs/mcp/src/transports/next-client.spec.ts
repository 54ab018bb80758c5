import {
  Client,
  SSEClientTransport,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import { PLATFORMS, startApp, type TestApp } from '../../test/transport-app.js';
import { sse } from './sse/sse.transport.js';
import { streamableHttp } from './streamable-http/streamable-http.transport.js';

const WAYS = [
  [
    'Streamable HTTP',
    () => streamableHttp(),
    (url: string) => new StreamableHTTPClientTransport(new URL(`${url}/mcp`)),
  ],
  [
    'Streamable HTTP without sessions',
    () => streamableHttp({ stateless: true }),
    (url: string) => new StreamableHTTPClientTransport(new URL(`${url}/mcp`)),
  ],
  ['HTTP+SSE', () => sse(), (url: string) => new SSEClientTransport(new URL(`${url}/sse`))],
] as const;

describe.each(PLATFORMS)('The client of the next SDK, on %s', (platform) => {
  let app: TestApp;

  afterEach(() => app.close());

  it.each(WAYS)(
    'completes the handshake over %s, with any era or this one requested',
    async (_name, create, connect) => {
      app = await startApp({ transport: create(), platform });
      for (const mode of ['auto', 'legacy'] as const) {
        const client = new Client(
          { name: 'client', version: '2.0.0' },
          { versionNegotiation: { mode } },
        );
        await client.connect(connect(app.url));
        const result = await client.callTool({ name: 'echo', arguments: { message: mode } });
        expect(result.content).toEqual([{ type: 'text', text: mode }]);
        await client.close();
      }
    },
  );
});
