import { staticTokens } from 'nestjs-mcp';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  call,
  eventsOf,
  initialize,
  nextEvent,
  openSession,
  post,
} from '../../libs/mcp/test/wire.js';
import { adapters, stopAll } from '../support/start-app.js';
import { start } from './hostile.app.js';

const transports = {
  'Streamable HTTP': (url: string) => new StreamableHTTPClientTransport(new URL(`${url}/mcp`)),
  'Streamable HTTP without sessions': (url: string) =>
    new StreamableHTTPClientTransport(new URL(`${url}/stateless`)),
  'HTTP+SSE': (url: string) => new SSEClientTransport(new URL(`${url}/sse`)),
};

describe.each(adapters)('a crowd on %s', (adapter) => {
  afterEach(stopAll);

  it.each(Object.entries(transports))(
    'of 200 clients at once is served over %s',
    async (_name, open) => {
      const { url, server } = await start({}, adapter);
      const clients = await Promise.all(
        Array.from({ length: 200 }, async (_, index) => {
          const client = new Client({ name: `client ${index}`, version: '1.0.0' });
          await client.connect(open(url));
          return client;
        }),
      );
      const answers = await Promise.all(
        clients.map((client, index) =>
          client.callTool({ name: 'echo', arguments: { message: `I am ${index}` } }),
        ),
      );
      expect(answers.map(({ content }) => content)).toEqual(
        clients.map((_, index) => [{ type: 'text', text: `I am ${index}` }]),
      );
      await Promise.all(clients.map((client) => client.close()));
      expect(server.sessions.count).toBeLessThanOrEqual(200);
    },
  );

  it('of abandoned sessions is gone after the idle time', async () => {
    const { url, server } = await start({ sessions: { idleTimeout: 40 } }, adapter);
    const all = await Promise.all(Array.from({ length: 10 }, () => openSession(`${url}/mcp`)));
    const open = new AbortController();
    const kept = await openSession(`${url}/mcp`);
    const headers = { ...kept, accept: 'text/event-stream' };
    await fetch(`${url}/mcp`, { headers, signal: open.signal });
    await until(() => server.sessions.count === 1);
    for (const gone of all) {
      expect((await post(`${url}/mcp`, call(1, 'echo'), gone)).status).toBe(404);
    }
    expect((await post(`${url}/mcp`, call(1, 'echo'), kept)).status).toBe(200);
    open.abort();
  });

  it('replaces its oldest unused anonymous session, and waits if there is none', async () => {
    const { url } = await start({ sessions: { max: 2 } }, adapter);
    const first = await openSession(`${url}/mcp`);
    const second = await openSession(`${url}/mcp`);
    const third = await openSession(`${url}/mcp`);
    expect((await post(`${url}/mcp`, call(1, 'echo'), first)).status).toBe(404);
    const stop = new AbortController();
    for (const headers of [second, third]) {
      const listening = { ...headers, accept: 'text/event-stream' };
      await fetch(`${url}/mcp`, { headers: listening, signal: stop.signal });
    }
    for (const refused of [
      await post(`${url}/mcp`, initialize('2025-06-18')),
      await fetch(`${url}/sse`),
    ]) {
      expect(refused.status).toBe(503);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    stop.abort();
  });

  it('of one owner does not take the room of others', async () => {
    const tokens = { alice: { token: 'alice-1', scopes: [] }, bob: { token: 'bob-1', scopes: [] } };
    const { url } = await start(
      { auth: { verifier: staticTokens(tokens) }, sessions: { maxPerOwner: 1 } },
      adapter,
    );
    const alice = { authorization: 'Bearer alice-1' };
    await openSession(`${url}/mcp`, '2025-06-18', alice);
    expect((await post(`${url}/mcp`, initialize('2025-06-18'), alice)).status).toBe(503);
    const bob = { authorization: 'Bearer bob-1' };
    expect((await post(`${url}/mcp`, initialize('2025-06-18'), bob)).status).toBe(200);
  });

  it('of calls in one session is limited', async () => {
    const { url, target } = await start({ limits: { concurrency: 2 } }, adapter);
    const headers = await openSession(`${url}/mcp`, '2025-06-18');
    const calls = [];
    for (const id of [1, 2]) {
      const started = target.next('started');
      calls.push(post(`${url}/mcp`, call(id, 'wait'), headers));
      await started;
    }
    expect((await post(`${url}/mcp`, call(3, 'wait'), headers)).status).toBe(429);
    target.release();
    await Promise.all(calls);
    expect((await post(`${url}/mcp`, call(4, 'echo'), headers)).status).toBe(200);
  });

  it('of messages in one batch is limited', async () => {
    const { url } = await start({ limits: { batch: 3 } }, adapter);
    const headers = await openSession(`${url}/mcp`, '2025-03-26');
    const batch = Array.from({ length: 4 }, (_, id) => call(id, 'echo'));
    expect((await post(`${url}/mcp`, batch, headers)).status).toBe(400);
    expect((await post(`${url}/mcp`, batch.slice(1), headers)).status).toBe(200);
  });

  it('of clients that do not read their streams is disconnected', async () => {
    const { url, server } = await start({ limits: { queue: 64 * 1024 } }, adapter);
    const response = await fetch(`${url}/sse`);
    const events = eventsOf(response);
    const messages = url + (await nextEvent(events)).data;
    const message = 'x'.repeat(1024 * 1024);
    let status = 202;
    for (let id = 0; status === 202 && id < 200; id++) {
      status = (await post(messages, call(id, 'echo', { arguments: { message } }))).status;
    }
    expect(status).toBe(404);
    expect(server.sessions.count).toBe(0);
    await events.return(undefined);
  });
});

/** Polls what no event tells, a turn of the event loop at a time. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
