import {
  PLATFORMS,
  startApp,
  next,
  type AppOptions,
  type TestApp,
} from '../../../test/transport-app.js';
import {
  call,
  eventsOf,
  failureOf,
  initialize,
  INITIALIZED,
  nextEvent,
  openSession,
  post,
} from '../../../test/wire.js';
import { streamableHttp } from './streamable-http.transport.js';

const STREAM = { accept: 'text/event-stream' };

describe.each(PLATFORMS)('A session over Streamable HTTP on %s', (platform) => {
  let app: TestApp;
  let url: string;

  async function start(rest: Partial<AppOptions> = {}): Promise<void> {
    app = await startApp({ transport: streamableHttp(), platform, ...rest });
    url = `${app.url}/mcp`;
  }

  async function count(expected: number): Promise<void> {
    while (app.sessions.count !== expected) await new Promise((resolve) => setImmediate(resolve));
  }

  afterEach(() => app.close());

  it('is required for everything but initialize', async () => {
    await start();
    const headers = { 'mcp-protocol-version': '2025-06-18' };
    const response = await post(url, call(1, 'echo'), headers);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ id: null, error: { code: -32000 } });
    for (const method of ['GET', 'DELETE']) {
      expect((await fetch(url, { method, headers: STREAM })).status).toBe(400);
    }
  });

  it('is unknown under an id that was never assigned', async () => {
    await start();
    for (const id of ['__proto__', 'constructor', 'x'.repeat(1_000), crypto.randomUUID()]) {
      const headers = { 'mcp-session-id': id };
      const response = await post(url, call(1, 'echo'), headers);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ id: null, error: { code: -32001 } });
      for (const method of ['GET', 'DELETE']) {
        expect((await fetch(url, { method, headers: { ...headers, ...STREAM } })).status).toBe(404);
      }
    }
  });

  it('answers 404 to every caller but the owner of the session, for every HTTP method', async () => {
    await start();
    const owner = await openSession(url, '2025-06-18', { 'x-user': 'alice' });
    const { 'x-user': _owner, ...anonymous } = owner;
    for (const headers of [{ ...owner, 'x-user': 'bob' }, anonymous]) {
      expect((await post(url, call(1, 'echo'), headers)).status).toBe(404);
      for (const method of ['GET', 'DELETE']) {
        expect((await fetch(url, { method, headers: { ...headers, ...STREAM } })).status).toBe(404);
      }
    }
    expect((await post(url, call(1, 'echo'), owner)).status).toBe(200);
    expect(app.seen.origins.map(({ auth }) => auth?.subject)).toEqual(['alice']);
  });

  it('is initialised once', async () => {
    await start();
    const headers = await openSession(url);
    const response = await post(url, initialize('2025-11-25'), headers);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: -32600 } });
  });

  it('is not created by an initialize that fails', async () => {
    await start();
    const response = await post(url, { jsonrpc: '2.0', id: 1, method: 'initialize', params: {} });
    expect(await response.json()).toMatchObject({ id: 1, error: {} });
    await count(0);
  });

  it('refuses unsupported revisions, and lists the supported ones', async () => {
    await start();
    const headers = await openSession(url);
    const { 'mcp-protocol-version': _version, ...without } = headers;
    expect((await post(url, call(1, 'echo'), without)).status).toBe(200);
    const response = await post(url, call(1, 'echo'), {
      ...headers,
      'mcp-protocol-version': '2023-01-01',
    });
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as { error: { message: string } };
    expect(error.message).toContain('2025-11-25, 2025-06-18, 2025-03-26, 2024-11-05');
  });

  it('is served in either form, so the client must accept both', async () => {
    await start();
    for (const accept of ['application/json', 'text/event-stream', 'text/html']) {
      expect((await post(url, initialize('2025-11-25'), { accept })).status).toBe(406);
    }
    for (const accept of ['*/*', 'text/event-stream;q=0.5, application/json']) {
      expect((await post(url, initialize('2025-11-25'), { accept })).status).toBe(200);
    }
    const headers = { ...(await openSession(url)), accept: 'application/json' };
    expect((await fetch(url, { headers })).status).toBe(406);
  });

  it('has one stream of its own, and may have another after that', async () => {
    await start();
    const headers = { ...(await openSession(url)), ...STREAM };
    const leaving = new AbortController();
    const first = await fetch(url, { headers, signal: leaving.signal });
    expect(first.status).toBe(200);
    expect(first.headers.get('x-accel-buffering')).toBe('no');
    expect((await fetch(url, { headers })).status).toBe(409);
    leaving.abort();
    let second = await fetch(url, { headers });
    while (second.status === 409) second = await fetch(url, { headers });
    expect(second.status).toBe(200);
  });

  it('is kept by its stream, and ends when it idles without one', async () => {
    await start({ sessions: { idleTimeout: 400 } });
    const listening = await openSession(url);
    const leaving = new AbortController();
    await fetch(url, { headers: { ...listening, ...STREAM }, signal: leaving.signal });
    await openSession(url);
    await count(1);
    expect((await post(url, call(1, 'echo'), listening)).status).toBe(200);
    leaving.abort();
    await count(0);
    expect((await post(url, call(1, 'echo'), listening)).status).toBe(404);
  });

  it('ends when the client sends nothing after initialize', async () => {
    await start({ sessions: { initTimeout: 50 } });
    await post(url, initialize('2025-11-25'));
    expect(app.sessions.count).toBe(1);
    await count(0);
  });

  it('ends its stream when the token that opened it expires', async () => {
    await start();
    const headers = await openSession(url, '2025-06-18', { 'x-user': 'alice' });
    const expires = String(Date.now() / 1_000 + 0.1);
    const response = await fetch(url, { headers: { ...headers, ...STREAM, 'x-expires': expires } });
    expect((await eventsOf(response).next()).done).toBe(true);
  });

  it('is refused with 503 at the limit', async () => {
    await start({ sessions: { max: 1 } });
    await openSession(url, '2025-11-25', { 'x-user': 'alice' });
    const response = await post(url, initialize('2025-11-25'));
    expect(response.status).toBe(503);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await response.json()).toMatchObject({ id: null, error: { code: -32000 } });
  });

  it('is refused with 503 after drain(), as calls of open ones are, while their notifications go on', async () => {
    await start();
    const headers = await openSession(url);
    app.entry.drain?.();
    expect((await post(url, initialize('2025-11-25'))).status).toBe(503);
    expect((await post(url, call(1, 'echo'), headers)).status).toBe(503);
    expect((await post(url, INITIALIZED, headers)).status).toBe(202);
  });

  it('ends with DELETE, and with it all streams and calls', async () => {
    await start();
    const headers = await openSession(url);
    const stream = eventsOf(await fetch(url, { headers: { ...headers, ...STREAM } }));
    expect(await nextEvent(stream)).toMatchObject({ data: '' });
    const waiting = next(app.seen, 'waiting');
    const pending = post(url, call(1, 'wait'), headers);
    await waiting;
    const aborted = next(app.seen, 'aborted');
    expect((await fetch(url, { method: 'DELETE', headers })).status).toBe(200);
    await aborted;
    expect((await pending).status).toBe(404);
    expect((await stream.next()).done).toBe(true);
    expect((await fetch(url, { method: 'DELETE', headers })).status).toBe(404);
    expect(app.sessions.count).toBe(0);
  });

  it('is not created by a HEAD, and does not delay one', async () => {
    await start();
    const response = await fetch(url, { method: 'HEAD' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, POST, DELETE']);
  });

  it('is served with a trailing slash, a prefix and a global prefix', async () => {
    const transport = streamableHttp({ path: '' });
    await start({ transport, prefix: 'admin', globalPrefix: 'api' });
    for (const path of ['/api/admin', '/api/admin/']) {
      const headers = await openSession(`${app.url}${path}`);
      expect((await post(`${app.url}${path}`, call(1, 'echo'), headers)).status).toBe(200);
    }
  });

  it('does not prevent the application from ending', async () => {
    await start();
    const headers = await openSession(url);
    const stream = eventsOf(await fetch(url, { headers: { ...headers, ...STREAM } }));
    await nextEvent(stream);
    const waiting = next(app.seen, 'waiting');
    const pending = post(url, call(1, 'wait'), headers);
    await waiting;
    const started = performance.now();
    await app.close();
    expect(performance.now() - started).toBeLessThan(1_000);
    expect((await pending).status).toBe(503);
    expect((await stream.next()).done).toBe(true);
    await start();
  });
});

describe.each(PLATFORMS)('Without sessions, Streamable HTTP on %s', (platform) => {
  let app: TestApp;
  let url: string;

  beforeEach(async () => {
    app = await startApp({ transport: streamableHttp({ stateless: true }), platform });
    url = `${app.url}/mcp`;
  });

  afterEach(() => app.close());

  it('answers each POST by itself', async () => {
    const init = await post(url, initialize('2025-11-25'));
    expect(init.headers.get('mcp-session-id')).toBeNull();
    expect(await init.json()).toMatchObject({ result: { protocolVersion: '2025-11-25' } });
    expect((await post(url, INITIALIZED)).status).toBe(202);
    const headers = { 'mcp-protocol-version': '2025-06-18', 'mcp-session-id': 'ignored' };
    const response = await post(url, call(1, 'echo', { arguments: { message: 'a' } }), headers);
    expect(await response.json()).toMatchObject({ result: { content: [{ text: 'a' }] } });
    expect(app.seen.origins[0]?.protocolVersion).toBe('2025-06-18');
    expect(app.sessions.count).toBe(0);
  });

  it('sends progress before the result', async () => {
    const response = await post(url, call(1, 'progress', { _meta: { progressToken: 1 } }));
    const events = [];
    for await (const event of eventsOf(response)) events.push(event);
    expect(events).toHaveLength(3);
    expect(events.every(({ id }) => id === undefined)).toBe(true);
  });

  it('supports neither GET nor DELETE', async () => {
    for (const method of ['GET', 'DELETE']) {
      const response = await fetch(url, { method });
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
    }
  });

  it('aborts a call whose client disconnects', async () => {
    const leaving = new AbortController();
    const waiting = next(app.seen, 'waiting');
    const { signal } = leaving;
    const failure = failureOf(post(url, call(0, 'wait'), {}, { signal }));
    await waiting;
    const aborted = next(app.seen, 'aborted');
    leaving.abort();
    await aborted;
    expect(await failure).toContain('AbortError');
  });

  it('aborts no call that has ended', async () => {
    let aborted = false;
    app.seen.events.addEventListener('aborted', () => (aborted = true));
    await (await post(url, call(1, 'echo'))).text();
    await (await post(url, call(2, 'echo'))).text();
    expect(aborted).toBe(false);
  });
});
