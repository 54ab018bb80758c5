import { once } from 'node:events';
import { staticTokens } from 'nestjs-mcp';
import { watched } from '../protocol/story.service.js';
import { startFleet, type Fleet } from './fleet.js';
import { describeWithRedis, TestRedis } from './redis.server.js';
import { events, initialize, next, post, WireSession } from './wire.js';

const verifier = staticTokens({
  alice: { token: 'alice-1', scopes: [] },
  bob: { token: 'bob-1', scopes: [] },
});

describeWithRedis('Room for a session of several processes', () => {
  let redis: TestRedis;
  let fleet: Fleet;
  let a: string;
  let b: string;

  beforeEach(async () => {
    redis = await TestRedis.start();
    const sessions = { max: 5, maxPerOwner: 3 };
    fleet = await startFleet(redis, 2, { auth: { verifier, optional: true }, sessions });
    [a, b] = fleet.urls as [string, string];
  });

  afterEach(async () => {
    await fleet.close();
    await redis.end();
  });

  /** The status of `initialize`. */
  async function statusOf(url: string, token?: string): Promise<number> {
    const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
    const response = await post(`${url}/mcp`, initialize(), headers);
    await response.text();
    return response.status;
  }

  const ping = async (session: WireSession): Promise<number> =>
    (await session.post(a, { id: 1, method: 'ping' })).status;

  it('is made for a named caller by the oldest unused anonymous session', async () => {
    const first = await WireSession.open([a]);
    const second = await WireSession.open([a]);
    await WireSession.open([a]);
    for (let i = 0; i < 2; i++) expect(await statusOf(a, 'alice-1')).toBe(200);
    expect(await statusOf(a, 'bob-1')).toBe(200);
    expect([await ping(first), await ping(second)]).toEqual([404, 200]);
  });

  it('is made by a session of another process, if this process has none that is unused', async () => {
    const first = await WireSession.open([a]);
    const second = await WireSession.open([a]);
    await WireSession.open([a]);
    // At the limit of the anonymous callers, then at that of all sessions.
    const newcomer = await WireSession.open([b]);
    expect([await ping(first), await ping(second), await ping(newcomer)]).toEqual([404, 200, 200]);
    const stream = events(await newcomer.get(b));
    await next(stream, () => true);
    for (let i = 0; i < 2; i++) expect(await statusOf(a, 'alice-1')).toBe(200);
    expect(await statusOf(b, 'bob-1')).toBe(200);
    await stream.return(undefined);
  });

  it('is made for each of several callers who come at the same moment', async () => {
    for (let i = 0; i < 3; i++) await WireSession.open([a]);
    const statuses = await Promise.all([statusOf(b), statusOf(b), statusOf(b)]);
    expect(statuses).toEqual([200, 200, 200]);
  });

  it('is not made by a session of another process that is in use there', async () => {
    const streams = [];
    for (let i = 0; i < 3; i++) {
      const stream = events(await (await WireSession.open([a])).get(a));
      await next(stream, () => true);
      streams.push(stream);
    }
    expect(await statusOf(b)).toBe(503);
    for (const stream of streams) await stream.return(undefined);
  });

  it('is not made for a caller who has reached a limit of its own', async () => {
    const anonymous = await WireSession.open([a]);
    for (let i = 0; i < 3; i++) expect(await statusOf(a, 'alice-1')).toBe(200);
    expect(await statusOf(a, 'alice-1')).toBe(503);
    expect(await ping(anonymous)).toBe(200);
  });

  it('is not made by a session whose stream is open in another process', async () => {
    const listening = await WireSession.open([a]);
    const stream = events(await listening.get(b));
    await next(stream, () => true);
    const sse = await fetch(`${b}/sse`);
    const opened = events(sse);
    const { data } = await next(opened, ({ event }) => event === 'endpoint');
    // The client's messages reach the other process.
    expect((await post(`${a}${data}`, initialize('2024-11-05'))).status).toBe(202);
    await next(opened, ({ message }) => message.id === 'init');
    const unused = await WireSession.open([a]);
    expect(await statusOf(a)).toBe(200);
    expect([await ping(listening), await ping(unused)]).toEqual([200, 404]);
    expect((await post(`${a}${data}`, { jsonrpc: '2.0', id: 2, method: 'ping' })).status).toBe(202);
    await next(opened, ({ message }) => message.id === 2);
    await stream.return(undefined);
    await opened.return(undefined);
  });

  it('is not made while every anonymous session is in use', async () => {
    const calls: Promise<Response>[] = [];
    const sessions: WireSession[] = [];
    for (let i = 0; i < 3; i++) sessions.push(await WireSession.open([a]));
    for (const session of sessions) {
      const waiting = once(watched.events, 'waiting');
      calls.push(
        session.post(a, { id: 1, method: 'tools/call', params: { name: 'wait', arguments: {} } }),
      );
      await waiting;
    }
    expect(await statusOf(a)).toBe(503);
    for (const session of sessions) {
      await session.post(a, { method: 'notifications/cancelled', params: { requestId: 1 } });
    }
    for (const response of await Promise.all(calls)) await response.text();
    expect(await statusOf(a)).toBe(200);
  });
});
