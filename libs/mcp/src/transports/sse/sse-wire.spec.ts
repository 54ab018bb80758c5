import { connect } from 'node:net';
import {
  next,
  PLATFORMS,
  startApp,
  type AppOptions,
  type TestApp,
} from '../../../test/transport-app.js';
import {
  call,
  eventsOf,
  initialize,
  INITIALIZED,
  nextEvent,
  post,
  postChunks,
  type WireEvent,
} from '../../../test/wire.js';
import { sse } from './sse.transport.js';

interface Opened {
  response: Response;
  events: AsyncGenerator<WireEvent>;
  endpoint: string;
  messages: string;
  leave: () => void;
}

describe.each(PLATFORMS)('HTTP+SSE on %s', (platform) => {
  let app: TestApp;

  async function start(rest: Partial<AppOptions> = {}): Promise<void> {
    app = await startApp({ transport: sse(), platform, ...rest });
  }

  async function open(path = '/sse', headers: Record<string, string> = {}): Promise<Opened> {
    const leaving = new AbortController();
    const init = { headers, signal: leaving.signal };
    const response = await fetch(`${app.url}${path}`, init);
    const events = eventsOf(response);
    const { event, data: endpoint = '' } = await nextEvent(events);
    expect(event).toBe('endpoint');
    const messages = `${app.url}${endpoint}`;
    return { response, events, endpoint, messages, leave: () => leaving.abort() };
  }

  async function count(expected: number): Promise<void> {
    while (app.sessions.count !== expected) await new Promise((resolve) => setImmediate(resolve));
  }

  afterEach(() => app.close());

  it('sends the endpoint at once, with headers for proxies', async () => {
    await start();
    const { response, endpoint } = await open();
    expect(endpoint).toMatch(/^\/messages\?sessionId=[\da-f-]{36}$/);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(response.headers.get('cache-control')).toBe('no-cache, no-transform');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
  });

  it('keeps the stream alive', async () => {
    await start({ transport: sse({ keepAlive: 40 }) });
    const { events } = await open();
    expect(await nextEvent(events)).toEqual({ comment: 'ping' });
    expect(await nextEvent(events)).toEqual({ comment: 'ping' });
  });

  it.each([
    [{}, undefined, undefined, '/sse', '/messages'],
    [{}, undefined, undefined, '/sse/?a=b', '/messages'],
    [{}, 'admin', 'api/v1', '/api/v1/admin/sse', '/api/v1/admin/messages'],
    [{ path: '' }, 'mcp', undefined, '/mcp/', '/mcp/messages'],
    [{ path: 'a/b', messagesPath: 'c/d' }, undefined, 'api', '/api/a/b', '/api/c/d'],
  ])(
    'sends the endpoint beside its own path: %j under %s and %s',
    async (options, prefix, globalPrefix, path, messages) => {
      await start({
        transport: sse(options),
        ...(prefix !== undefined && { prefix }),
        ...(globalPrefix !== undefined && { globalPrefix }),
      });
      const opened = await open(path);
      expect(opened.endpoint.split('?')[0]).toBe(messages);
      const accepted = await post(opened.messages, initialize('2024-11-05'));
      expect([accepted.status, await accepted.text()]).toEqual([202, 'Accepted']);
      const { event, data = '' } = await nextEvent(opened.events);
      expect(event).toBe('message');
      expect(JSON.parse(data)).toMatchObject({ result: { protocolVersion: '2024-11-05' } });
      const slashed = opened.messages.replace('?', '/?');
      expect((await post(slashed, INITIALIZED)).status).toBe(202);
    },
  );

  it('adds the path of a reverse proxy', async () => {
    await start({ publicPath: '/base' });
    const response = await fetch(`${app.url}/sse`);
    const { data } = await nextEvent(eventsOf(response));
    expect(data).toMatch(/^\/base\/messages\?/);
  });

  it('sends no other host, whatever host the client used', async () => {
    await start();
    const text = await new Promise<string>((resolve) => {
      const socket = connect(app.port, '127.0.0.1', () => {
        socket.write('GET http://evil.example/sse HTTP/1.1\r\nHost: a\r\n\r\n');
      });
      let received = '';
      socket.on('data', (chunk) => {
        received += chunk.toString();
        if (received.includes('sessionId') || received.includes('404')) socket.destroy();
      });
      socket.once('close', () => resolve(received));
    });
    expect(text).not.toContain('evil.example');
  });

  it('accepts messages of an existing session, from its owner', async () => {
    await start();
    const { endpoint, messages } = await open('/sse', { 'x-user': 'alice' });
    const path = endpoint.split('?')[0] ?? '';
    const statuses = [];
    for (const [url, user] of [
      [`${app.url}${path}`, 'alice'],
      [`${app.url}${path}?sessionId=`, 'alice'],
      [`${app.url}${path}?sessionId=__proto__`, 'alice'],
      [`${app.url}${path}?sessionId=${crypto.randomUUID()}`, 'alice'],
      [messages, 'bob'],
      [messages, 'alice'],
    ] as const) {
      const response = await post(url, INITIALIZED, { 'x-user': user });
      statuses.push(response.status);
    }
    expect(statuses).toEqual([400, 400, 404, 404, 404, 202]);
  });

  it('determines the caller of each POST, not the one that opened the session', async () => {
    await start();
    const { messages } = await open('/sse', { 'x-user': 'alice' });
    const called = next(app.seen, 'call');
    await post(messages, call(1, 'echo'), { 'x-user': 'alice', 'x-expires': '4000000000' });
    await called;
    expect(app.seen.origins[0]?.auth).toMatchObject({ subject: 'alice', expiresAt: 4_000_000_000 });
  });

  it('answers what is not a message', async () => {
    await start({ limits: { body: 1_000, concurrency: 1 } });
    const { messages } = await open();
    const statuses = [];
    for (const body of ['{', '{}', [call(1, 'echo')], 'x'.repeat(2_000)]) {
      statuses.push((await post(messages, body)).status);
    }
    statuses.push((await post(messages, '{}', { 'content-type': 'text/plain' })).status);
    expect(statuses).toEqual([400, 400, 400, 413, 415]);
    const waiting = next(app.seen, 'waiting');
    await post(messages, call(1, 'wait'));
    await waiting;
    expect((await post(messages, call(1, 'echo'))).status).toBe(400);
    expect((await post(messages, call(2, 'echo'))).status).toBe(429);
  });

  it('reads characters that arrive in parts', async () => {
    await start();
    const { messages, events } = await open();
    const message = '漢字 🚀';
    const body = Buffer.from(JSON.stringify(call(1, 'echo', { arguments: { message } })));
    expect(
      (
        await postChunks(
          messages,
          Array.from(body, (byte) => Buffer.from([byte])),
        )
      ).status,
    ).toBe(202);
    const { data = '' } = await nextEvent(events);
    expect(JSON.parse(data)).toMatchObject({ result: { content: [{ text: message }] } });
  });

  it('refuses clients that try Streamable HTTP first, so that they fall back', async () => {
    await start();
    const response = await post(`${app.url}/sse`, initialize('2025-11-25'));
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET']);
    const head = await fetch(`${app.url}/sse`, { method: 'HEAD' });
    expect([head.status, app.sessions.count]).toEqual([405, 0]);
  });

  it('ends the session with the stream, and the calls with it', async () => {
    await start();
    const { messages, leave } = await open();
    const waiting = next(app.seen, 'waiting');
    await post(messages, call(1, 'wait'));
    await waiting;
    const aborted = next(app.seen, 'aborted');
    leave();
    await aborted;
    await count(0);
    expect((await post(messages, INITIALIZED)).status).toBe(404);
  });

  it('aborts a call that the client cancels', async () => {
    await start();
    const { messages } = await open();
    const waiting = next(app.seen, 'waiting');
    await post(messages, call(1, 'wait'));
    await waiting;
    const aborted = next(app.seen, 'aborted');
    const params = { requestId: 1, reason: 'enough' };
    await post(messages, { jsonrpc: '2.0', method: 'notifications/cancelled', params });
    expect(await aborted).toMatchObject({ message: 'Cancelled' });
    expect((await post(messages, call(1, 'echo'))).status).toBe(202);
  });

  it('disconnects a client that does not read', async () => {
    await start({ limits: { queue: 64 * 1024 } });
    const { messages } = await open();
    const aborted = next(app.seen, 'aborted');
    await post(messages, call(1, 'flood'));
    await aborted;
    await count(0);
    expect((await post(messages, INITIALIZED)).status).toBe(404);
  });

  it('ends the stream when the token that opened it expires', async () => {
    await start();
    const expires = String(Date.now() / 1_000 + 0.1);
    const headers = { 'x-user': 'alice', 'x-expires': expires };
    // On a busy machine the token may end before the stream has begun.
    for await (const { event } of eventsOf(await fetch(`${app.url}/sse`, { headers }))) {
      expect(event).toBe('endpoint');
    }
    await count(0);
  });

  it('ends a stream on which no client initialises', async () => {
    await start({ sessions: { initTimeout: 50 } });
    const { events } = await open();
    expect((await events.next()).done).toBe(true);
  });

  it('opens no more streams than the limit of sessions, and none after drain()', async () => {
    await start({ sessions: { max: 1 } });
    await open();
    const full = await fetch(`${app.url}/sse`);
    expect([full.status, full.headers.get('retry-after')]).toEqual([503, '5']);
    app.entry.drain?.();
    expect((await fetch(`${app.url}/sse`)).status).toBe(503);
  });

  it('does not prevent the application from ending, with any number of streams', async () => {
    await start();
    const opened = await Promise.all(Array.from({ length: 50 }, () => open()));
    const started = performance.now();
    await app.close();
    expect(performance.now() - started).toBeLessThan(1_000);
    for (const { events } of opened) expect((await events.next()).done).toBe(true);
    expect(app.sessions.count).toBe(0);
    await start();
  });
});
