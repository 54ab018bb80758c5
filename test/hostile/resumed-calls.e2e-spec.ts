import { setTimeout as delay } from 'node:timers/promises';
import { streamableHttp, type McpSessionOptions } from 'nestjs-mcp';
import {
  call,
  eventsOf,
  initialize,
  INITIALIZED,
  nextEvent,
  post,
  type WireEvent,
} from '../../libs/mcp/test/wire.js';
import { stopAll } from '../support/start-app.js';
import { start, type HostileApp } from './hostile.app.js';

let app: HostileApp;
let url: string;
let headers: Record<string, string>;

/** An app whose answers are always streams, which begin with a position to come back to; and a session in it. */
async function open(sessions: McpSessionOptions): Promise<void> {
  app = await start({ transports: [streamableHttp({ responseMode: 'sse' })], sessions });
  url = `${app.url}/mcp`;
  const response = await post(url, initialize('2025-11-25'));
  await response.text();
  headers = {
    'mcp-session-id': response.headers.get('mcp-session-id') ?? '',
    'mcp-protocol-version': '2025-11-25',
  };
  await post(url, INITIALIZED, headers);
}

afterEach(stopAll);

/** Calls `wait` and hangs up as soon as there is a position; gives it. */
async function hangUp(): Promise<string> {
  const leaving = new AbortController();
  const started = app.target.next('started');
  const response = await post(url, call(1, 'wait'), headers, { signal: leaving.signal });
  const { id = '' } = await nextEvent(eventsOf(response));
  await started;
  leaving.abort();
  return id;
}

async function comeBack(lastEventId: string): Promise<WireEvent[]> {
  const response = await fetch(url, {
    headers: { ...headers, accept: 'text/event-stream', 'last-event-id': lastEventId },
  });
  if (!response.ok) return [];
  const events: WireEvent[] = [];
  for await (const event of eventsOf(response)) events.push(event);
  return events;
}

describe('A resumable call whose client has disconnected', () => {
  it('is aborted when its client does not resume it, keeps no session, and stores the reason for a late client', async () => {
    await open({ resumeTimeout: 200, idleTimeout: 600 });
    const aborted = app.target.next('aborted');
    const position = await hangUp();
    expect(app.server.sessions.count).toBe(1);
    await aborted;
    const [event] = await comeBack(position);
    expect(JSON.parse(event?.data ?? '')).toMatchObject({
      id: 1,
      error: { code: -32603, message: expect.stringContaining('did not come back') },
    });
    while (app.server.sessions.count > 0) await new Promise(setImmediate);
  });

  it('goes on when its client resumes it in time, however long it takes', async () => {
    await open({ resumeTimeout: 400 });
    let isAborted = false;
    void app.target.next('aborted').then(() => (isAborted = true));
    const position = await hangUp();
    const rest = comeBack(position);
    await delay(900);
    expect(isAborted).toBe(false);
    app.target.release();
    const [event] = await rest;
    expect(JSON.parse(event?.data ?? '')).toMatchObject({
      id: 1,
      result: { content: [{ text: 'released' }] },
    });
  });
});

describe('The events of an answered call', () => {
  it('are available to a client that resumes the stream, and deleted after the resume timeout', async () => {
    await open({ resumeTimeout: 500 });
    const response = await post(url, call(2, 'echo', { arguments: { message: 'hi' } }), headers);
    const events: WireEvent[] = [];
    for await (const event of eventsOf(response)) events.push(event);
    const [position] = events;
    expect(JSON.stringify(await comeBack(position?.id ?? ''))).toContain('hi');
    while ((await comeBack(position?.id ?? '')).length > 0) await delay(50);
    // The session itself is as it was.
    expect((await post(url, call(3, 'echo'), headers)).status).toBe(200);
  });
});
