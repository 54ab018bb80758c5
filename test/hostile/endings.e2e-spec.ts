import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import {
  call,
  eventsOf,
  initialize,
  nextEvent,
  openSession,
  post,
  postAtOnce,
} from '../../libs/mcp/test/wire.js';
import { adapters, stopAll } from '../support/start-app.js';
import { start, type HostileApp } from './hostile.app.js';

interface SseClient {
  readonly url: string;
  readonly events: AsyncGenerator<{ data?: string }>;
  leave(): void;
}

async function openSse({ url }: HostileApp): Promise<SseClient> {
  const stream = new AbortController();
  const events = eventsOf(await fetch(`${url}/sse`, { signal: stream.signal }));
  const messages = url + (await nextEvent(events)).data;
  await post(messages, initialize('2024-11-05'));
  await nextEvent(events);
  return { url: messages, events, leave: () => stream.abort() };
}

const cancelled = (requestId: string | number) => ({
  jsonrpc: '2.0',
  method: 'notifications/cancelled',
  params: { requestId, reason: 'changed my mind' },
});

describe.each(adapters)('the signal of a call on %s', (adapter) => {
  let app: HostileApp;

  beforeEach(async () => {
    app = await start({}, adapter);
  });
  afterEach(stopAll);

  it.each(['stateless', 'mcp'])('is aborted when the client of /%s disconnects', async (path) => {
    const url = `${app.url}/${path}`;
    const headers = path === 'mcp' ? await openSession(url, '2025-06-18') : {};
    const [started, aborted] = [app.target.next('started'), app.target.next('aborted')];
    const client = new AbortController();
    const answer = post(url, call(1, 'wait'), headers, { signal: client.signal }).catch(
      () => 'gone',
    );
    await started;
    client.abort();
    await aborted;
    expect(await answer).toBe('gone');
  });

  it('is aborted when the stream of HTTP+SSE is gone', async () => {
    const client = await openSse(app);
    const [started, aborted] = [app.target.next('started'), app.target.next('aborted')];
    await post(client.url, call(1, 'wait'));
    await started;
    client.leave();
    await aborted;
    expect((await post(client.url, call(2, 'echo'))).status).toBe(404);
  });

  it('is aborted by a cancellation, the request id 0 included', async () => {
    const url = `${app.url}/mcp`;
    const headers = await openSession(url, '2025-06-18');
    for (const id of [0, 'text']) {
      const [started, aborted] = [app.target.next('started'), app.target.next('aborted')];
      const answer = post(url, call(id, 'wait'), headers);
      await started;
      await post(url, cancelled(id), headers);
      await aborted;
      expect((await answer).status).toBe(202);
    }
  });

  it('is aborted by a cancellation over HTTP+SSE, and the session goes on', async () => {
    const client = await openSse(app);
    const [started, aborted] = [app.target.next('started'), app.target.next('aborted')];
    await post(client.url, call(1, 'wait'));
    await started;
    await post(client.url, cancelled(1));
    await aborted;
    await post(client.url, call(2, 'echo', { arguments: { message: 'on' } }));
    expect((await nextEvent(client.events)).data).toContain('on');
    client.leave();
  });

  it('is not aborted by a cancellation in another session', async () => {
    const url = `${app.url}/mcp`;
    const own = await openSession(url, '2025-06-18');
    const other = await openSession(url, '2025-06-18');
    const started = app.target.next('started');
    const answer = post(url, call(1, 'wait'), own);
    await started;
    await post(url, cancelled(1), other);
    app.target.release();
    expect(await (await answer).text()).toContain('released');
  });
});

const body = JSON.stringify(initialize('2025-06-18'));
const rawInitialize = [
  'POST /mcp HTTP/1.1',
  'Host: localhost',
  'Connection: close',
  'Accept: application/json, text/event-stream',
  'Content-Type: application/json',
  `Content-Length: ${body.length}`,
  '',
  body,
].join('\r\n');

async function openConnection({ url }: HostileApp): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

/** How long it takes, in ms. */
async function timed(work: Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work;
  return performance.now() - started;
}

describe.each(adapters)('the shutdown on %s', (adapter) => {
  afterEach(stopAll);

  it('takes less than a second with streams open and no call in flight', async () => {
    const app = await start({}, adapter);
    const headers = await openSession(`${app.url}/mcp`);
    const streams = [
      await fetch(`${app.url}/mcp`, { headers: { ...headers, accept: 'text/event-stream' } }),
      ...(await Promise.all(Array.from({ length: 20 }, () => fetch(`${app.url}/sse`)))),
    ];
    const ended = Promise.all(streams.map((stream) => stream.text()));
    expect(await timed(app.app.close())).toBeLessThan(1_000);
    // A clean end, not a broken connection.
    await ended;
  });

  it('lets calls in flight finish, and refuses new sessions and calls with 503 meanwhile', async () => {
    const app = await start({ shutdownTimeout: 5_000 }, adapter);
    const headers = await openSession(`${app.url}/mcp`, '2025-06-18');
    const sseClient = await openSse(app);
    const started = app.target.next('started');
    const streamable = post(`${app.url}/mcp`, call(1, 'wait'), headers);
    await started;
    const again = app.target.next('started');
    await post(sseClient.url, call(2, 'wait'));
    await again;
    const closing = app.app.close();
    let refused = await post(`${app.url}/mcp`, initialize('2025-06-18'));
    // What arrives in the same moment may still be served.
    while (refused.ok) refused = await post(`${app.url}/mcp`, initialize('2025-06-18'));
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await fetch(`${app.url}/sse`)).status).toBe(503);
    const further = [
      await post(`${app.url}/mcp`, call(3, 'wait'), headers),
      await post(sseClient.url, call(4, 'wait')),
    ];
    expect(further.map(({ status }) => status)).toEqual([503, 503]);
    app.target.release();
    expect(await (await streamable).text()).toContain('released');
    expect((await nextEvent(sseClient.events)).data).toContain('released');
    expect(await timed(closing)).toBeLessThan(2_000);
  });

  it('serves a request that has reached the process before', async () => {
    const app = await start({}, adapter);
    const client = await openConnection(app);
    client.write(rawInitialize);
    const closing = app.app.close();
    expect(await text(client)).toMatch(/^HTTP\/1\.1 200 /);
    await closing;
  });

  it('answers with 503, and does not reset, the request of a connection that was just opened', async () => {
    const app = await start({}, adapter);
    const server = app.app.getHttpServer() as Server;
    const accepted = once(server, 'connection');
    const client = await openConnection(app);
    await accepted;
    const closing = app.app.close();
    while (server.listening) await setImmediate();
    client.write(rawInitialize);
    expect(await text(client)).toMatch(/^HTTP\/1\.1 503 /);
    await closing;
  });

  it('aborts calls that do not finish within the grace', async () => {
    const app = await start({ shutdownTimeout: 100 }, adapter);
    const headers = await openSession(`${app.url}/mcp`, '2025-06-18');
    const [started, aborted] = [app.target.next('started'), app.target.next('aborted')];
    const answer = post(`${app.url}/mcp`, call(1, 'wait'), headers);
    await started;
    expect(await timed(app.app.close())).toBeLessThan(1_100);
    await aborted;
    expect(await (await answer).text()).toMatch(/shutting down/);
  });

  it.each([
    ['after its headers', post],
    ['in one piece with them', postAtOnce],
  ])(
    'does not wait for the connection of a call that began it, with the body %s',
    async (_, send) => {
      const app = await start({ shutdownTimeout: 100 }, adapter);
      const headers = await openSession(`${app.url}/mcp`, '2025-06-18');
      // The handler calls it: Node has not finished reading the request then.
      const closing = new Promise<number>((resolve) => {
        const close = (): void => resolve(timed(app.app.close()));
        app.target.events.addEventListener('started', close, { once: true });
      });
      const answer = await send(`${app.url}/mcp`, call(1, 'wait'), headers);
      expect(await answer.text()).toMatch(/shutting down/);
      expect(await closing).toBeLessThan(1_100);
    },
  );
});
