import {
  InMemoryEventStore,
  type InMemoryEventStoreOptions,
} from '../../sessions/in-memory-event.store.js';
import { startApp, type TestApp } from '../../../test/transport-app.js';
import { call, eventsOf, nextEvent, post } from '../../../test/wire.js';
import { streamableHttp } from './streamable-http.transport.js';

type Headers = Record<string, string>;

const PROGRESS = { _meta: { progressToken: 'p' } };
const REFUSED = [400, 'Bad Request: Unknown event id'];

describe('A client that resumes a stream', () => {
  let app: TestApp;
  let url: string;
  let headers: Headers;

  async function start(bounds: InMemoryEventStoreOptions, resumeTimeout = 60_000): Promise<void> {
    const eventStore = new InMemoryEventStore(bounds);
    const transport = streamableHttp({ responseMode: 'sse' });
    app = await startApp({ transport, eventStore, resumeTimeout });
    url = `${app.url}/mcp`;
    headers = await open();
  }

  afterEach(() => app.close());

  /** Opens a session; the answer is a stream, too. */
  async function open(): Promise<Headers> {
    const params = { protocolVersion: '2025-11-25', capabilities: {} };
    const hello = { ...params, clientInfo: { name: 'wire', version: '1' } };
    const message = { jsonrpc: '2.0', id: 0, method: 'initialize', params: hello };
    const response = await post(url, message);
    await response.text();
    return { 'mcp-session-id': response.headers.get('mcp-session-id') ?? '' };
  }

  /** The ids of the events of a whole call. */
  async function idsOf(name: string, rest: object = {}, as = headers): Promise<string[]> {
    const ids: string[] = [];
    const response = await post(url, call(1, name, rest), as);
    for await (const { id = '' } of eventsOf(response)) ids.push(id);
    return ids;
  }

  /** Begins a call that waits, and disconnects after its first progress. Resolves with the ids. */
  async function loseCall(): Promise<string[]> {
    const leaving = new AbortController();
    const init = { signal: leaving.signal };
    const events = eventsOf(await post(url, call(7, 'wait', PROGRESS), headers, init));
    const ids = [await nextEvent(events), await nextEvent(events)].map(({ id = '' }) => id);
    leaving.abort();
    await events.next().catch(() => undefined);
    return ids;
  }

  function comeBack(id = '', as = headers): Promise<Response> {
    return fetch(url, { headers: { ...as, accept: 'text/event-stream', 'last-event-id': id } });
  }

  /** What such a client is told: the status, and the message of an error. */
  async function toldTo(id = '', as = headers): Promise<unknown> {
    const response = await comeBack(id, as);
    const body = response.ok ? {} : ((await response.json()) as { error?: { message: string } });
    return [response.status, body.error?.message];
  }

  it('is refused if events after its last one were dropped for later ones of the call', async () => {
    await start({ maxEvents: 3 });
    const [priming, first, second, answer] = await idsOf('progress', PROGRESS);
    await idsOf('echo');
    expect(await toldTo(priming)).toEqual(REFUSED);
    expect(await toldTo(first)).toEqual(REFUSED);
    const events = eventsOf(await comeBack(second));
    expect((await nextEvent(events)).id).toBe(answer);
    expect((await events.next()).done).toBe(true);
  });

  it('is refused if the result was dropped for the events of another call', async () => {
    await start({ maxEvents: 3 });
    const [priming, progress] = await loseCall();
    app.seen.release[0]?.();
    await idsOf('progress', PROGRESS);
    expect(await toldTo(priming)).toEqual(REFUSED);
    expect(await toldTo(progress)).toEqual(REFUSED);
  });

  it('is refused if the result was too large to be stored, and other calls of the session are not', async () => {
    await start({ maxBytes: 4_000 });
    const [, progress] = await loseCall();
    const [priming, answer] = await idsOf('echo', { arguments: { message: 'x'.repeat(4_000) } });
    expect(await toldTo(priming)).toEqual(REFUSED);
    // It has all of that stream.
    expect(await (await comeBack(answer)).text()).toBe('');
    app.seen.release[0]?.();
    const events = eventsOf(await comeBack(progress));
    expect(JSON.parse((await nextEvent(events)).data ?? '')).toMatchObject({ id: 7, result: {} });
  });

  it('is refused if the time to resume an answered call is over', async () => {
    await start({}, 100);
    const [priming] = await idsOf('echo');
    let status = 200;
    while (status === 200) ({ status } = await comeBack(priming));
    expect(await toldTo(priming)).toEqual(REFUSED);
  });

  it('is refused if its events were dropped for those of other sessions', async () => {
    await start({ maxTotal: 3_000 });
    const [priming, progress] = await loseCall();
    await idsOf('echo', { arguments: { message: 'x'.repeat(2_000) } }, await open());
    expect(await toldTo(priming)).toEqual(REFUSED);
    const events = eventsOf(await comeBack(progress));
    app.seen.release[0]?.();
    expect(JSON.parse((await nextEvent(events)).data ?? '')).toMatchObject({ id: 7, result: {} });
  });

  it('that belongs to no call is refused only if messages are missing', async () => {
    await start({ maxEvents: 3 });
    const leaving = new AbortController();
    const own = { ...headers, accept: 'text/event-stream' };
    const listening = eventsOf(await fetch(url, { headers: own, signal: leaving.signal }));
    const { id } = await nextEvent(listening);
    leaving.abort();
    await listening.next().catch(() => undefined);
    await idsOf('progress', PROGRESS);
    await idsOf('progress', PROGRESS);
    const again = eventsOf(await comeBack(id));
    const told = nextEvent(again);
    await idsOf('tell');
    expect((await told).data).toContain('list_changed');
    await idsOf('progress', PROGRESS);
    expect(await toldTo(id)).toEqual(REFUSED);
    await again.return(undefined);
  });
});
