import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { httpTransport, startProcess } from '../support/ways-in.js';

interface Traces {
  resourceSpans: {
    resource: { attributes: { key: string; value: { stringValue?: string } }[] };
    scopeSpans: { scope: { name: string }; spans: { name: string }[] }[];
  }[];
}

describe('The reference app with OTEL_EXPORTER_OTLP_ENDPOINT', () => {
  let collector: Server;
  let endpoint: string;
  const received: { path: string; body: string }[] = [];

  beforeAll(async () => {
    const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      received.push({ path: request.url ?? '', body: await text(request) });
      response.setHeader('content-type', 'application/json').end('{}');
    };
    collector = createServer((request, response) => void receive(request, response));
    await once(collector.listen(0, '127.0.0.1'), 'listening');
    endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  });

  afterAll(() => {
    collector.close();
    collector.closeAllConnections();
  });

  it('sends the spans and the metrics of its calls, the last of them when it stops', async () => {
    const { child, url } = await startProcess({ OTEL_EXPORTER_OTLP_ENDPOINT: `${endpoint}/` });
    const client = new Client({ name: 'traced', version: '1.0.0' });
    await client.connect(httpTransport('streamable', url));
    await client.callTool({ name: 'ping' });
    await client.close();
    const stopped = once(child, 'exit');
    child.kill('SIGTERM');
    await stopped;
    const bodies = (path: string): string[] =>
      received.filter((one) => one.path === path).map(({ body }) => body);
    const traces = bodies('/v1/traces').map((body) => JSON.parse(body) as Traces);
    const [first] = traces.flatMap(({ resourceSpans }) => resourceSpans);
    expect(first?.resource.attributes).toContainEqual({
      key: 'service.name',
      value: { stringValue: 'inventory' },
    });
    const names = traces
      .flatMap(({ resourceSpans }) => resourceSpans)
      .flatMap(({ scopeSpans }) => scopeSpans)
      .flatMap(({ spans }) => spans)
      .map(({ name }) => name);
    expect(names).toContain('tools/call ping');
    expect(bodies('/v1/metrics').join('')).toContain('mcp.server.operation.duration');
  });

  it('works and stops without a reachable collector', async () => {
    const { child, url } = await startProcess({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
    });
    const client = new Client({ name: 'traced', version: '1.0.0' });
    await client.connect(httpTransport('streamable', url));
    const { content } = await client.callTool({ name: 'ping' });
    expect(content).toEqual([{ type: 'text', text: 'pong' }]);
    await client.close();
    const stopped = once(child, 'exit');
    child.kill('SIGTERM');
    expect((await stopped)[0]).toBe(0);
  });
});
