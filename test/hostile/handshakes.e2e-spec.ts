import { PassThrough } from 'node:stream';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { Implementation } from '@modelcontextprotocol/sdk/types.js';
import { McpContext, McpTool, sse, stdio, streamableHttp, type McpTransport } from 'nestjs-mcp';
import { McpTestClient } from 'nestjs-mcp/testing';
import { failureOf, initialize, openSession, post } from '../../libs/mcp/test/wire.js';
import { startApp, stopAll } from '../support/start-app.js';
import { start, type HostileApp } from './hostile.app.js';

interface Way {
  readonly transport: McpTransport;
  readonly open: (url: string) => Transport;
}

const ways: Readonly<Record<string, () => Way>> = {
  'Streamable HTTP': () => ({
    transport: streamableHttp(),
    open: (url) => new StreamableHTTPClientTransport(new URL(`${url}/mcp`)),
  }),
  'Streamable HTTP without sessions': () => ({
    transport: streamableHttp({ stateless: true }),
    open: (url) => new StreamableHTTPClientTransport(new URL(`${url}/mcp`)),
  }),
  'HTTP+SSE': () => ({
    transport: sse(),
    open: (url) => new SSEClientTransport(new URL(`${url}/sse`)),
  }),
  stdio: () => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    // The SDK's end of a server reads lines and writes lines, as a client does.
    const open = (): Transport => new StdioServerTransport(output, input);
    return { transport: stdio({ input, output }), open };
  },
};

/** Nested objects that take three bytes of JSON each, and twenty times as much in memory. */
const many = { experimental: { many: { list: Array.from({ length: 20_000 }, () => ({})) } } };
const long = { experimental: { long: { text: 'x'.repeat(70_000) } } };
const refusal = 'clientInfo and capabilities take more than 65536 bytes';

afterEach(stopAll);

describe('A handshake', () => {
  describe.each(Object.entries(ways))('over %s', (_name, createWay) => {
    it.each([
      ['long texts', long],
      ['many values', many],
    ])('is refused for %s: more than what is kept of a client', async (_what, capabilities) => {
      const { transport, open } = createWay();
      const { url } = await start({ transports: [transport] });
      const client = new Client({ name: 'large', version: '1.0.0' }, { capabilities });
      const failure = await failureOf(client.connect(open(url)));
      expect(failure).toContain(refusal);
      expect(failure).toContain('-32602');
      await client.close();
    });
  });

  it('that is refused leaves no session', async () => {
    const { url, server } = await start();
    const response = await post(`${url}/mcp`, initialize('2025-11-25', long));
    expect(response.headers.get('mcp-session-id')).toBeNull();
    expect(await response.json()).toMatchObject({ id: 'init', error: { code: -32602 } });
    expect(server.sessions.count).toBe(0);
  });

  it('in memory is refused all the same', async () => {
    const { app } = await start();
    const connecting = McpTestClient.connect(app, {
      era: 'legacy',
      over: 'memory',
      capabilities: long,
    });
    expect(await failureOf(connecting)).toContain(refusal);
  });

  it('may carry large icons, which are not kept', async () => {
    let seen: unknown;
    class Tools {
      @McpTool()
      look({ client }: McpContext): string {
        seen = client;
        return 'seen';
      }
    }
    const { url } = await startApp({ providers: [Tools] });
    const info: Implementation = {
      name: 'colourful',
      title: 'Colourful',
      version: '1.0.0',
      icons: [{ src: `data:image/png;base64,${'A'.repeat(100_000)}` }],
    };
    const client = new Client(info, { capabilities: { experimental: { a: { b: 1 } } } });
    await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`)));
    await client.callTool({ name: 'look' });
    expect(seen).toEqual({
      name: 'colourful',
      title: 'Colourful',
      version: '1.0.0',
      capabilities: { experimental: { a: { b: 1 } } },
    });
    await client.close();
  });
});

describe('The subscriptions of a session', () => {
  let app: HostileApp;
  let headers: Record<string, string>;

  beforeEach(async () => {
    app = await start();
    headers = await openSession(`${app.url}/mcp`);
  });

  const ask = async (verb: 'subscribe' | 'unsubscribe', uri: string): Promise<unknown> => {
    const message = { jsonrpc: '2.0', id: 1, method: `resources/${verb}`, params: { uri } };
    return (await post(`${app.url}/mcp`, message, headers)).json();
  };

  it('may be as many as the limit says, with URIs of ordinary length', async () => {
    for (let index = 0; index < 1_024; index++) {
      const answer = await ask('subscribe', `file:///${index}/${'d'.repeat(200)}`);
      expect(answer).toMatchObject({ result: {} });
    }
  });

  it('are bounded by the bytes of their URIs together, and make room when one ends', async () => {
    const uriOf = (index: number): string => `file:///${index}/${'x'.repeat(8_000)}`;
    for (let index = 0; index < 32; index++) {
      expect(await ask('subscribe', uriOf(index))).toMatchObject({ result: {} });
    }
    expect(await ask('subscribe', uriOf(32))).toMatchObject({
      error: { code: -32600, message: expect.stringContaining('262144 bytes') },
    });
    expect(await ask('subscribe', uriOf(0))).toMatchObject({ result: {} });
    await ask('unsubscribe', uriOf(0));
    expect(await ask('subscribe', uriOf(32))).toMatchObject({ result: {} });
  });
});
