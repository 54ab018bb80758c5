import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { once } from 'node:events';
import { connectLegacy } from '../protocol/story.clients.js';
import { watched } from '../protocol/story.service.js';
import { answers, startShared, type Shared } from './fleet.js';
import { describeWithRedis } from './redis.server.js';
import { initialize, events, next, post, until, type WireEvent } from './wire.js';

/** A stream at one process, and where its messages go at another one. */
async function open(streamAt: string, postAt: string) {
  const controller = new AbortController();
  const stream = events(await fetch(`${streamAt}/sse`, { signal: controller.signal }));
  const { data } = await next(stream, ({ event }) => event === 'endpoint');
  const send = (message: Record<string, unknown>) =>
    post(`${postAt}${data}`, { jsonrpc: '2.0', ...message });
  const read = (test: (event: WireEvent) => boolean) => next(stream, test);
  return { send, read, endpoint: data, leave: () => controller.abort() };
}

describeWithRedis('An HTTP+SSE session of several processes', () => {
  let shared: Shared;
  let a: string;
  let b: string;

  beforeAll(async () => {
    shared = await startShared(2);
    [a, b] = shared.urls as [string, string];
  });

  afterAll(() => shared.close());

  it('answers on its stream what is posted to another process, in order', async () => {
    const { send, read, leave } = await open(a, b);
    expect((await send(initialize('2024-11-05'))).status).toBe(202);
    await read(({ message }) => message.id === 'init');
    await send({ method: 'notifications/initialized' });
    await send({ id: 's', method: 'tools/call', params: { name: 'speak' } });
    const seen: unknown[] = [];
    await read(({ message }) => {
      seen.push((message.params as { level?: string } | undefined)?.level ?? message.id);
      return message.id === 's';
    });
    expect(seen).toEqual(['debug', 'info', 'error', 's']);
    leave();
  });

  it('is gone in every process when its client closes the stream', async () => {
    const { send, read, leave } = await open(a, b);
    await send(initialize('2024-11-05'));
    await read(({ message }) => message.id === 'init');
    const waiting = once(watched.events, 'waiting');
    const aborted = once(watched.events, 'aborted');
    await send({ id: 'w', method: 'tools/call', params: { name: 'wait' } });
    await waiting;
    leave();
    await aborted;
    await until(async () => (await send({ id: 2, method: 'ping' })).status === 404);
  });

  it('is unknown if its id is invalid', async () => {
    const of = (id: string) =>
      post(`${b}/messages?sessionId=${id}`, { jsonrpc: '2.0', id: 1, method: 'ping' });
    expect((await of('nobody')).status).toBe(404);
    expect((await of('00000000-0000-4000-8000-000000000000')).status).toBe(404);
  });

  it.each(['sse', 'mcp'] as const)(
    'serves the SDK behind a balancer without sticky sessions, over /%s',
    async (path) => {
      const url = new URL(`${a}/${path}`);
      const transport =
        path === 'sse'
          ? new SSEClientTransport(url, { fetch: shared.balance })
          : new StreamableHTTPClientTransport(url, { fetch: shared.balance });
      const client = await connectLegacy(transport, answers);
      for (let i = 0; i < 4; i++) {
        const { content } = await client.call('ask_all');
        expect(content).toMatchObject([{ text: expect.stringContaining('file:///r') as string }]);
        expect((await client.client.listTools()).tools.length).toBeGreaterThan(5);
      }
      await client.close();
    },
  );
});
