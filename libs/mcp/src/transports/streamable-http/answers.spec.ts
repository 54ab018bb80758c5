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
  failureOf,
  initialize,
  nextEvent,
  openSession,
  post,
} from '../../../test/wire.js';
import { streamableHttp } from './streamable-http.transport.js';

const PROGRESS = { _meta: { progressToken: 'p' } };

describe.each(PLATFORMS)('The answer to a POST on %s', (platform) => {
  let app: TestApp;
  let url: string;
  let headers: Record<string, string>;

  async function start(
    options: Parameters<typeof streamableHttp>[0] = {},
    rest: Partial<AppOptions> = {},
    version = '2025-06-18',
  ): Promise<void> {
    app = await startApp({ transport: streamableHttp(options), platform, ...rest });
    url = `${app.url}/mcp`;
    headers = await openSession(url, version);
  }

  afterEach(() => app.close());

  it('is one JSON body when no message is sent before the result', async () => {
    await start();
    const response = await post(url, call(0, 'echo', { arguments: { message: 'hi' } }), headers);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(0);
    expect(await response.json()).toMatchObject({ id: 0, result: { content: [{ text: 'hi' }] } });
  });

  it('is one JSON body however long it is', async () => {
    await start({}, { limits: { body: 16_000_000 } });
    const message = 'It "says" 😀\n'.repeat(400_000);
    const response = await post(url, call(0, 'echo', { arguments: { message } }), headers);
    const body = Buffer.from(await response.arrayBuffer());
    expect(Number(response.headers.get('content-length'))).toBe(body.length);
    expect(JSON.parse(body.toString())).toMatchObject({
      id: 0,
      result: { content: [{ type: 'text', text: message }] },
    });
  });

  it('becomes a stream when a message is sent before the result', async () => {
    await start();
    const response = await post(url, call(1, 'progress', PROGRESS), headers);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    expect(response.headers.get('cache-control')).toBe('no-cache, no-transform');
    const messages: unknown[] = [];
    for await (const { data = '' } of eventsOf(response)) messages.push(JSON.parse(data));
    expect(messages).toMatchObject([
      { method: 'notifications/progress', params: { progress: 1 } },
      { method: 'notifications/progress', params: { progress: 2 } },
      { id: 1, result: {} },
    ]);
  });

  it('becomes a stream that is kept alive when the result takes long', async () => {
    await start({ keepAlive: 40 });
    const response = await post(url, call(1, 'wait'), headers);
    const events = eventsOf(response);
    expect(await nextEvent(events)).toEqual({ comment: 'ping' });
    expect(await nextEvent(events)).toEqual({ comment: 'ping' });
    app.seen.release[0]?.();
    let event = await nextEvent(events);
    while (event.data === undefined) event = await nextEvent(events);
    expect(JSON.parse(event.data)).toMatchObject({ id: 1, result: {} });
    expect((await events.next()).done).toBe(true);
  });

  it('drops messages before the result in JSON mode', async () => {
    await start({ responseMode: 'json', keepAlive: 1 });
    const response = await post(url, call(1, 'progress', PROGRESS), headers);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toMatchObject({ id: 1, result: {} });
  });

  it('fails a question that cannot reach the client in JSON mode', async () => {
    await start({ responseMode: 'json' });
    const response = await post(url, call(1, 'ask'), headers);
    expect(await response.json()).toMatchObject({ id: 1, error: {} });
  });

  it('is always a stream in SSE mode', async () => {
    await start({}, {}, '2025-06-18');
    await app.close();
    app = await startApp({ transport: streamableHttp({ responseMode: 'sse' }), platform });
    const response = await post(`${app.url}/mcp`, initialize('2025-06-18'));
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(response.headers.get('mcp-session-id')).toMatch(/^[\da-f-]{36}$/);
    const events = eventsOf(response);
    const { data = '' } = await nextEvent(events);
    expect(JSON.parse(data)).toMatchObject({ id: 'init', result: {} });
    expect((await events.next()).done).toBe(true);
  });

  it('is 202 if no message requires an answer', async () => {
    await start();
    for (const message of [
      { jsonrpc: '2.0', method: 'notifications/roots/list_changed' },
      { jsonrpc: '2.0', id: 99, result: {} },
    ]) {
      const response = await post(url, message, headers);
      expect([response.status, await response.text()]).toEqual([202, '']);
    }
  });

  it('is 202 when the client cancels the call, and the call is aborted', async () => {
    await start();
    const waiting = next(app.seen, 'waiting');
    const pending = post(url, call('c', 'wait'), headers);
    await waiting;
    const aborted = next(app.seen, 'aborted');
    const params = { requestId: 'c', reason: 'enough' };
    await post(url, { jsonrpc: '2.0', method: 'notifications/cancelled', params }, headers);
    expect(await aborted).toMatchObject({ message: 'Cancelled' });
    const response = await pending;
    expect([response.status, await response.text()]).toEqual([202, '']);
  });

  it('ends its stream when the client cancels the call', async () => {
    await start();
    const response = await post(url, call('c', 'wait', PROGRESS), headers);
    const events = eventsOf(response);
    await nextEvent(events);
    const params = { requestId: 'c' };
    await post(url, { jsonrpc: '2.0', method: 'notifications/cancelled', params }, headers);
    expect((await events.next()).done).toBe(true);
    expect((await post(url, call('c', 'echo'), headers)).status).toBe(200);
  });

  it('is aborted with the call if the client disconnects before it has an event id', async () => {
    await start();
    const leaving = new AbortController();
    const waiting = next(app.seen, 'waiting');
    const { signal } = leaving;
    const failure = failureOf(post(url, call(1, 'wait'), headers, { signal }));
    await waiting;
    const aborted = next(app.seen, 'aborted');
    leaving.abort();
    expect(await aborted).toMatchObject({ message: 'the client went away' });
    expect(await failure).toContain('AbortError');
  });

  it('refuses an id that has no answer yet, and takes it again afterwards', async () => {
    await start();
    const waiting = next(app.seen, 'waiting');
    const pending = post(url, call(1, 'wait'), headers);
    await waiting;
    const twice = await post(url, call(1, 'echo'), headers);
    expect(twice.status).toBe(400);
    expect(await twice.json()).toMatchObject({ id: 1, error: { code: -32600 } });
    app.seen.release[0]?.();
    expect((await pending).status).toBe(200);
    expect((await post(url, call(1, 'echo'), headers)).status).toBe(200);
  });

  it('refuses more calls at a time than the limit of the session', async () => {
    await start({}, { limits: { concurrency: 1 } });
    const waiting = next(app.seen, 'waiting');
    const pending = post(url, call(1, 'wait'), headers);
    await waiting;
    const excess = await post(url, call(2, 'echo'), headers);
    expect(excess.status).toBe(429);
    expect(await excess.json()).toMatchObject({ id: 2, error: {} });
    app.seen.release[0]?.();
    await pending;
    expect((await post(url, call(2, 'echo'), headers)).status).toBe(200);
  });

  it('ends with a disconnection if the client does not read', async () => {
    await start({ stateless: true }, { limits: { queue: 64 * 1024 } });
    const aborted = next(app.seen, 'aborted');
    const flooding = next(app.seen, 'call');
    const response = await post(url, call(1, 'flood'), headers);
    await flooding;
    const read = (async () => {
      await aborted;
      for await (const event of eventsOf(response)) expect(event.event).toBe('message');
    })();
    expect(await failureOf(read)).toBeDefined();
  });

  it('is one array for a batch, if the revision has batches', async () => {
    await start({}, {}, '2025-03-26');
    const batch = [
      call('a', 'echo', { arguments: { message: 'one' } }),
      { jsonrpc: '2.0', method: 'notifications/roots/list_changed' },
      call('b', 'nothing'),
    ];
    const response = await post(url, batch, headers);
    expect(await response.json()).toMatchObject([
      { id: 'a', result: { content: [{ text: 'one' }] } },
      { id: 'b', error: { code: -32602 } },
    ]);
    const streamed = await post(url, [call('a', 'echo'), call('b', 'progress', PROGRESS)], headers);
    const ids: unknown[] = [];
    for await (const { data = '{}' } of eventsOf(streamed)) {
      ids.push((JSON.parse(data) as { id?: unknown }).id);
    }
    expect(new Set(ids)).toEqual(new Set([undefined, 'a', 'b']));
  });

  it('refuses batches that are empty, too long, of another revision, or that initialize', async () => {
    await start({}, { limits: { batch: 2 } }, '2025-03-26');
    const echo = call(1, 'echo');
    for (const batch of [[], [echo, call(2, 'echo'), call(3, 'echo')], [echo, echo], [{}, echo]]) {
      const response = await post(url, batch, headers);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: { code: -32600 } });
    }
    expect((await post(url, [initialize('2025-03-26')])).status).toBe(400);
    for (const version of ['2025-06-18', '2024-11-05']) {
      const other = await openSession(url, version);
      expect((await post(url, [echo], other)).status).toBe(400);
    }
  });
});
