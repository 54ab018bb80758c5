import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { IsString } from 'class-validator';
import {
  McpContext,
  McpTool,
  streamableHttp,
  type McpCallEvent,
  type McpCallObserver,
  type McpSessionOptions,
} from 'nestjs-mcp';
import {
  call,
  eventsOf,
  initialize,
  INITIALIZED,
  nextEvent,
  post,
  type WireEvent,
} from '../../libs/mcp/test/wire.js';
import { startApp, stopAll } from '../support/start-app.js';
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

describe('A resumable call that asks its client', () => {
  class Form {
    @IsString()
    city: string;
  }

  @Injectable()
  class Asking {
    @McpTool()
    async ask(context: McpContext): Promise<string> {
      const answer = await context.elicit(Form, 'Where?');
      return answer.action;
    }
  }

  @Injectable()
  class Audit implements McpCallObserver {
    readonly told = new EventTarget();

    onCall(event: McpCallEvent): void {
      if (event.method === 'tools/call') {
        this.told.dispatchEvent(new CustomEvent('call', { detail: event }));
      }
    }
  }

  it.each(['has not come back', 'cancels it'])(
    'is told to observers as cancelled, and not logged as a failure, when the client %s',
    async (end) => {
      const shared = await startApp({
        providers: [Asking, Audit],
        mcp: { observers: [Audit], sessions: { resumeTimeout: 100 } },
      });
      const mcp = `${shared.url}/mcp`;
      const hello = await post(mcp, initialize('2025-11-25', { elicitation: {} }));
      await hello.text();
      const own = { 'mcp-session-id': hello.headers.get('mcp-session-id') ?? '' };
      await post(mcp, INITIALIZED, own);
      const told = once(shared.app.get(Audit).told, 'call');
      const leaving = new AbortController();
      const response = await post(mcp, call(1, 'ask'), own, { signal: leaving.signal });
      const events = eventsOf(response);
      const [{ id = '' }, question] = [await nextEvent(events), await nextEvent(events)];
      expect(question.data).toContain('elicitation/create');
      if (end === 'has not come back') leaving.abort();
      else {
        const params = { requestId: 1 };
        await post(mcp, { jsonrpc: '2.0', method: 'notifications/cancelled', params }, own);
      }
      const [{ detail }] = (await told) as [CustomEvent<McpCallEvent>];
      expect(detail).toMatchObject({ outcome: 'cancelled' });
      expect(detail.errorId).toBeUndefined();
      if (end === 'has not come back') {
        const late = await fetch(mcp, {
          headers: { ...own, accept: 'text/event-stream', 'last-event-id': id },
        });
        expect(await late.text()).toContain('did not come back to the stream in time');
      }
      expect(shared.log.of('error')).toEqual([]);
    },
  );
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
