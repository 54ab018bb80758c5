import { once } from 'node:events';
import { getMcpServerToken, type McpServerRef } from 'nestjs-mcp';
import type { Story } from '../protocol/story.app.js';
import { watched } from '../protocol/story.service.js';
import { startFleet, startShared, type Shared } from './fleet.js';
import { describeWithRedis } from './redis.server.js';
import { events, next, post, until, WireSession } from './wire.js';

const elicitation = { capabilities: { elicitation: {} } };
const news = (method: string) => (event: { message: Record<string, unknown> }) =>
  event.message.method === method;

describeWithRedis('A Streamable HTTP session of several processes', () => {
  let shared: Shared;
  let a: string;
  let b: string;
  let c: string;

  beforeAll(async () => {
    shared = await startShared(3);
    [a, b, c] = shared.urls as [string, string, string];
  });

  afterAll(() => shared.close());

  it('is served by a process that did not open it', async () => {
    const session = await WireSession.open([a]);
    const { result } = await session.ask(b, '1', 'tools/call', { name: 'grow' });
    expect(result).toMatchObject({ content: [{ text: 'grown' }] });
  });

  it('can be used elsewhere as soon as its client has the answer to initialize', async () => {
    for (let i = 0; i < 20; i++) {
      const session = await WireSession.open([a, b]);
      expect((await session.post(c, { id: 1, method: 'ping' })).status).toBe(200);
    }
  });

  it('ends everywhere when its client deletes it at one process', async () => {
    const session = await WireSession.open([a]);
    await session.ask(b, '1', 'ping');
    const stream = events(await session.get(a));
    await next(stream, () => true);
    expect((await session.delete(c)).status).toBe(200);
    for await (const event of stream) expect(event).toBeUndefined();
    await until(async () => (await session.post(a, { id: 2, method: 'ping' })).status === 404);
    await until(async () => (await session.post(b, { id: 2, method: 'ping' })).status === 404);
  });

  it('has one log level, whichever process changes it', async () => {
    const session = await WireSession.open([a]);
    const spoken = async (url: string) => {
      const response = await session.post(url, {
        id: 'speak',
        method: 'tools/call',
        params: { name: 'speak' },
      });
      const levels: unknown[] = [];
      for await (const { message } of events(response)) {
        const { level } = (message.params ?? {}) as { level?: unknown };
        if (level !== undefined) levels.push(level);
      }
      return levels;
    };
    expect(await spoken(a)).toEqual(['debug', 'info', 'error']);
    await session.ask(b, '1', 'logging/setLevel', { level: 'error' });
    await until(async () => (await spoken(a)).join() === 'error');
    expect(await spoken(c)).toEqual(['error']);
  });

  it.each(['data://clock', 'DATA://clock'])(
    'receives the change of the subscribed resource %s from whichever process announces it',
    async (uri) => {
      const session = await WireSession.open([a]);
      const stream = events(await session.get(a));
      await next(stream, () => true);
      await session.ask(b, '1', 'resources/subscribe', { uri });
      // Every process knows of the subscription within half a second of the answer to it.
      const tick = () => void session.ask(c, 't', 'tools/call', { name: 'tick' });
      const ticker = setInterval(tick, 50);
      const { message } = await next(stream, news('notifications/resources/updated'));
      clearInterval(ticker);
      expect(message.params).toEqual({ uri });
    },
  );

  it('receives changed lists on its one stream', async () => {
    const session = await WireSession.open([a]);
    // The process with the stream has answered no request of the session.
    const stream = events(await session.get(b));
    await next(stream, () => true);
    await session.ask(c, '1', 'tools/call', { name: 'grow' });
    await next(stream, news('notifications/tools/list_changed'));
  });

  it('has one stream that belongs to no call, in whichever process', async () => {
    const session = await WireSession.open([a]);
    const controller = await session.get(a);
    expect(controller.status).toBe(200);
    expect((await session.get(b)).status).toBe(409);
    await controller.body?.cancel();
    await until(async () => {
      const again = await session.get(b);
      await again.body?.cancel();
      return again.status === 200;
    });
  });

  it('answers a question in another process than the one that asks', async () => {
    const session = await WireSession.open([a], elicitation);
    const call = { id: 'book', method: 'tools/call', params: { name: 'book' } };
    const stream = events(await session.post(a, call));
    const { message } = await next(stream, news('elicitation/create'));
    const answer = { action: 'accept', content: { city: 'Rome', nights: 2 } };
    const answered = await session.post(b, { id: message.id, result: answer });
    expect(answered.status).toBe(202);
    const { message: last } = await next(stream, (event) => event.message.id === 'book');
    expect(last.result).toMatchObject({ content: [{ text: 'true 2 nights in Rome' }] });
  });

  it('cancels a call that runs in another process', async () => {
    const session = await WireSession.open([a]);
    const waiting = once(watched.events, 'waiting');
    const aborted = once(watched.events, 'aborted');
    const call = { id: 'wait', method: 'tools/call', params: { name: 'wait' } };
    const response = session.post(a, call);
    await waiting;
    await session.post(b, { method: 'notifications/cancelled', params: { requestId: 'wait' } });
    await aborted;
    await (await response).body?.cancel();
  });

  it('counts once, in all processes together', async () => {
    const [{ app }] = shared.stories as [Story];
    const server = app.get<McpServerRef>(getMcpServerToken('story'));
    const before = await server.sessions.countAll();
    const session = await WireSession.open([a, b]);
    await session.ask(c, '1', 'ping');
    expect(await server.sessions.countAll()).toBe(before + 1);
  });

  it('is unknown to every other caller, in every process', async () => {
    const verifier = { verify: async (token: string) => ({ subject: token, scopes: [] }) };
    const guarded = await startFleet(shared.redis, 2, { name: 'guarded', auth: { verifier } });
    const [first, second] = guarded.urls;
    const as = (name: string) => ({ Authorization: `Bearer ${name}` });
    const params = {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'x', version: '1' },
    };
    const opened = await post(
      `${first}/mcp`,
      { jsonrpc: '2.0', id: 1, method: 'initialize', params },
      as('ann'),
    );
    const id = { 'Mcp-Session-Id': opened.headers.get('mcp-session-id') ?? '' };
    const ping = (name: string) =>
      post(`${second}/mcp`, { jsonrpc: '2.0', id: 2, method: 'ping' }, { ...id, ...as(name) });
    expect((await ping('bob')).status).toBe(404);
    expect((await ping('ann')).status).toBe(200);
    expect((await ping('bob')).status).toBe(404);
    await guarded.close();
  });

  it('is refused when all processes together have reached the limit', async () => {
    const small = await startFleet(shared.redis, 2, { name: 'small', sessions: { max: 4 } });
    const params = {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'x', version: '1' },
    };
    const streams: Response[] = [];
    for (let i = 0; i < 4; i++) {
      streams.push(await fetch(`${small.urls[i % 2]}/sse`));
    }
    const refused = await post(`${small.urls[0]}/mcp`, {
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params,
    });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    for (const stream of streams) await stream.body?.cancel();
    await small.close();
  });

  it('is opened within the limit, if all processes receive requests at the same moment', async () => {
    const small = await startFleet(shared.redis, 2, { name: 'rush', sessions: { max: 5 } });
    // Sessions with a stream are in use, and make no room for others.
    const responses = await Promise.all(
      Array.from({ length: 30 }, (_, i) => fetch(`${small.urls[i % 2]}/sse`)),
    );
    const ofStatus = (wanted: number) => responses.filter(({ status }) => status === wanted).length;
    expect([ofStatus(200), ofStatus(503)]).toEqual([5, 25]);
    const [{ app }] = small.stories as [Story];
    const server = app.get<McpServerRef>(getMcpServerToken('rush'));
    expect(await server.sessions.countAll()).toBe(5);
    for (const { body } of responses) await body?.cancel();
    await small.close();
  });

  it('gets its one stream once, if two processes receive requests at the same moment', async () => {
    for (let i = 0; i < 10; i++) {
      const session = await WireSession.open([a, b]);
      const responses = await Promise.all([session.get(a), session.get(b), session.get(c)]);
      const statuses = responses.map(({ status }) => status);
      expect(statuses.toSorted((one, other) => one - other)).toEqual([200, 409, 409]);
      for (const { body } of responses) await body?.cancel();
    }
  });
});
