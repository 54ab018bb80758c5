import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { EventStore } from '../../sessions/event.store.js';
import { InMemoryEventStore } from '../../sessions/in-memory-event.store.js';
import { next, startApp, type TestApp } from '../../../test/transport-app.js';
import {
  call,
  eventsOf,
  nextEvent,
  openSession,
  post,
  type WireEvent,
} from '../../../test/wire.js';
import { streamableHttp } from './streamable-http.transport.js';

const PROGRESS = { _meta: { progressToken: 'p' } };

/** A store in the SDK's own form: without a word on whose an event is but through a replay. */
function createForeignStore(): EventStore {
  const store = new InMemoryEventStore();
  return {
    storeEvent: async (streamId, message) => store.storeEvent(streamId, message),
    replayEventsAfter: (lastEventId, receiver) => store.replayEventsAfter(lastEventId, receiver),
  };
}

describe.each([
  ['the store in memory', () => new InMemoryEventStore()],
  ['a store of somebody else', createForeignStore],
])('A stream that was lost, with %s', (_name, createStore) => {
  let app: TestApp;
  let url: string;
  let headers: Record<string, string>;

  beforeEach(async () => {
    app = await startApp({ transport: streamableHttp(), eventStore: createStore() });
    url = `${app.url}/mcp`;
    headers = await openSession(url);
  });

  afterEach(() => app.close());

  function comeBack(lastEventId: string, as = headers, init: RequestInit = {}): Promise<Response> {
    const own = { ...as, accept: 'text/event-stream', 'last-event-id': lastEventId };
    return fetch(url, { ...init, headers: own });
  }

  async function loseAfter(count: number, name = 'wait'): Promise<WireEvent[]> {
    const leaving = new AbortController();
    const response = await post(url, call(1, name, PROGRESS), headers, { signal: leaving.signal });
    const events = eventsOf(response);
    const read: WireEvent[] = [];
    while (read.length < count) read.push(await nextEvent(events));
    leaving.abort();
    await events.next().catch(() => undefined);
    return read;
  }

  it('begins with an event id from which the client can resume', async () => {
    const [priming, progress] = await loseAfter(2);
    expect(priming).toEqual({ id: expect.any(String), retry: '1000', data: '' });
    expect(progress).toMatchObject({ event: 'message', id: expect.any(String) });
  });

  it('begins without one for a client of an older revision, whose events have ids all the same', async () => {
    headers = await openSession(url, '2025-06-18');
    const [progress] = await loseAfter(1);
    expect(progress).toMatchObject({ event: 'message', id: expect.any(String) });
  });

  it('is replayed from the last event of the client, while the call runs on', async () => {
    const [priming] = await loseAfter(2);
    const events = eventsOf(await comeBack(priming?.id ?? ''));
    const progress = await nextEvent(events);
    expect(JSON.parse(progress.data ?? '')).toMatchObject({ method: 'notifications/progress' });
    app.seen.release[0]?.();
    const result = await nextEvent(events);
    expect(JSON.parse(result.data ?? '')).toMatchObject({ id: 1, result: {} });
    expect((await events.next()).done).toBe(true);
  });

  it('is replayed when the call has ended by then, and ends', async () => {
    const read = await loseAfter(2);
    app.seen.release[0]?.();
    await post(url, call(2, 'echo'), headers);
    const events = eventsOf(await comeBack(read[1]?.id ?? ''));
    const result = await nextEvent(events);
    expect(JSON.parse(result.data ?? '')).toMatchObject({ id: 1, result: {} });
    expect((await events.next()).done).toBe(true);
  });

  it('contains no event of another stream', async () => {
    const [priming] = await loseAfter(2);
    const other = await post(url, call(2, 'progress', PROGRESS), headers);
    await other.text();
    app.seen.release[0]?.();
    const data: string[] = [];
    for await (const event of eventsOf(await comeBack(priming?.id ?? ''))) {
      data.push(event.data ?? '');
    }
    expect(data.map((text) => (JSON.parse(text) as { id?: number }).id)).toEqual([undefined, 1]);
  });

  it('cannot be resumed by another session, or by another caller', async () => {
    const [priming] = await loseAfter(2);
    const stranger = await openSession(url);
    expect((await comeBack(priming?.id ?? '', stranger)).status).toBe(400);
    const bob = await openSession(url, '2025-11-25', { 'x-user': 'bob' });
    expect((await comeBack(priming?.id ?? '', bob)).status).toBe(400);
    expect((await comeBack(priming?.id ?? '', { ...headers, 'x-user': 'bob' })).status).toBe(404);
    expect((await comeBack('nonsense')).status).toBe(400);
  });

  it('may be ended by the call itself; the client resumes it for the result', async () => {
    const response = await post(url, call(1, 'poll', PROGRESS), headers);
    const read: WireEvent[] = [];
    for await (const event of eventsOf(response)) read.push(event);
    expect(read).toHaveLength(2);
    const events = eventsOf(await comeBack(read[1]?.id ?? ''));
    app.seen.release[0]?.();
    expect(JSON.parse((await nextEvent(events)).data ?? '')).toMatchObject({ id: 1, result: {} });
    expect((await events.next()).done).toBe(true);
  });

  it('may belong to no call', async () => {
    const leaving = new AbortController();
    const own = { ...headers, accept: 'text/event-stream' };
    const events = eventsOf(await fetch(url, { headers: own, signal: leaving.signal }));
    const priming = await nextEvent(events);
    leaving.abort();
    await events.next().catch(() => undefined);
    await post(url, call(1, 'tell'), headers);
    const again = eventsOf(await comeBack(priming.id ?? ''));
    const told = await nextEvent(again);
    expect(JSON.parse(told.data ?? '')).toMatchObject({
      method: 'notifications/tools/list_changed',
    });
    await post(url, call(2, 'tell'), headers);
    expect((await nextEvent(again)).id).not.toBe(told.id);
  });

  it('is resumed by the SDK client without code of the user', async () => {
    const client = new Client({ name: 'client', version: '1.0.0' });
    await client.connect(new StreamableHTTPClientTransport(new URL(url)));
    const waiting = next(app.seen, 'waiting');
    const result = client.callTool({ name: 'poll' });
    await waiting;
    app.seen.release[0]?.();
    expect((await result).content).toEqual([{ type: 'text', text: 'waited' }]);
    await client.close();
  });
});

function outOfOrder(): Promise<never> {
  return Promise.reject(new Error('The store is out of order.'));
}

describe('The event store', () => {
  it('is not used if answers are plain JSON', async () => {
    let asked = 0;
    const storeEvent = (): string => String(asked++);
    const eventStore = { storeEvent, replayEventsAfter: () => Promise.reject(new Error('none')) };
    const app = await startApp({ transport: streamableHttp(), eventStore });
    const headers = await openSession(`${app.url}/mcp`);
    await post(`${app.url}/mcp`, call(1, 'echo'), headers);
    expect(asked).toBe(0);
    await app.close();
  });

  it('does not affect a connected client when it fails', async () => {
    const eventStore = { storeEvent: outOfOrder, replayEventsAfter: outOfOrder };
    const app = await startApp({ transport: streamableHttp(), eventStore, silent: true });
    const headers = await openSession(`${app.url}/mcp`);
    const response = await post(`${app.url}/mcp`, call(1, 'progress', PROGRESS), headers);
    const events: WireEvent[] = [];
    for await (const event of eventsOf(response)) events.push(event);
    expect(events.map(({ id }) => id)).toEqual([undefined, undefined, undefined]);
    await app.close();
  });
});
