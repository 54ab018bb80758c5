import { postModern } from '../protocol/modern.wire.js';
import { startShared, type Shared } from './fleet.js';
import { describeWithRedis, type TestRedis } from './redis.server.js';
import { initialize, events, next, post, until, WireSession } from './wire.js';

describeWithRedis('A Redis under load', () => {
  let shared: Shared;
  let redis: TestRedis;
  let a: string;
  let b: string;

  beforeEach(async () => {
    shared = await startShared(2);
    ({ redis } = shared);
    [a, b] = shared.urls as [string, string];
  });

  afterEach(() => shared.close());

  /** Clients of both eras that call without a pause; their HTTP statuses. */
  const startLoad = (sessions: WireSession[]) => {
    const statuses = new Map<number, number>();
    const over = new AbortController();
    const count = (status: number): void => {
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    };
    const clients = sessions.map(async (session, i) => {
      for (let n = 0; !over.signal.aborted; n++) {
        const url = (n + i) % 2 === 0 ? a : b;
        const call = { id: n, method: 'tools/call', params: { name: 'grow' } };
        const response = await session.post(url, call);
        count(response.status);
        await response.text();
        const modern = await postModern(`${url}/mcp`, 'tools/call', { name: 'grow' });
        // What needs nothing of Redis is always served.
        expect(modern.status).toBe(200);
        await modern.text();
      }
    });
    const reached = (status: number, times: number) =>
      until(async () => (statuses.get(status) ?? 0) >= times);
    /** Waits for so many more answers, whatever they are. */
    const more = async (times: number): Promise<void> => {
      const total = () => [...statuses.values()].reduce((sum, one) => sum + one, 0);
      const before = total();
      await until(async () => total() >= before + times);
    };
    return {
      statuses,
      reached,
      more,
      end: async () => {
        over.abort();
        await Promise.all(clients);
        return [...statuses.keys()];
      },
    };
  };
  const openSome = () =>
    Promise.all(Array.from({ length: 6 }, (_, i) => WireSession.open(i % 2 === 0 ? [a] : [b])));

  it('restarts: every request has an answer, and the sessions are unchanged', async () => {
    const sessions = await openSome();
    const load = startLoad(sessions);
    await load.reached(200, 20);
    await redis.stop('save');
    await redis.start();
    const before = load.statuses.get(200) ?? 0;
    await load.reached(200, before + 50);
    for (const status of await load.end()) expect([200, 503]).toContain(status);
    for (const session of sessions) {
      for (const url of [a, b]) {
        await until(
          async () => (await session.post(url, { id: 1, method: 'ping' })).status === 200,
        );
      }
    }
  });

  it('is emptied: old sessions are 404 everywhere, and clients begin new ones', async () => {
    const sessions = await openSome();
    const load = startLoad(sessions);
    await load.reached(200, 20);
    await redis.command('FLUSHALL');
    for (const session of sessions) {
      for (const url of [a, b]) {
        await until(
          async () => (await session.post(url, { id: 1, method: 'ping' })).status === 404,
        );
      }
    }
    for (const status of await load.end()) expect([200, 404]).toContain(status);
    for (const session of await openSome()) {
      for (const url of [a, b]) {
        expect((await session.post(url, { id: 1, method: 'ping' })).status).toBe(200);
      }
    }
  });

  it('has no memory left: existing sessions go on, new ones are refused, and no process counts as dead', async () => {
    const session = await WireSession.open([a, b]);
    const controller = new AbortController();
    const stream = events(await fetch(`${a}/sse`, { signal: controller.signal }));
    const { data } = await next(stream, ({ event }) => event === 'endpoint');
    await post(`${b}${data}`, initialize());
    await next(stream, ({ message }) => message.id === 'init');
    await redis.command('CONFIG', 'SET', 'maxmemory', '1');
    const refused = await post(`${a}/mcp`, { ...initialize(), id: 1 });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2']);
    expect((await session.post(b, { id: 2, method: 'ping' })).status).toBe(200);
    await redis.command('CONFIG', 'SET', 'maxmemory', '0');
    await until(async () => (await post(`${a}/mcp`, initialize())).status === 200);
    const ping = { jsonrpc: '2.0', id: 'ping', method: 'ping' };
    await until(async () => (await post(`${b}${data}`, ping)).status === 202);
    await next(stream, ({ message }) => message.id === 'ping');
    controller.abort();
  });

  it('evicts keys: sessions go on or are 404, and nothing else happens', async () => {
    await redis.command('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
    const sessions = await openSome();
    const load = startLoad(sessions);
    await load.reached(200, 20);
    await redis.command('CONFIG', 'SET', 'maxmemory', '2500kb');
    const stranger =
      "redis.call('SET', 'stranger:' .. redis.call('INCR', 'n'), string.rep('x', 20000))";
    await redis.command('-r', '200', 'EVAL', stranger, '0');
    const stats = await redis.command('INFO', 'stats');
    const evicted = stats.find((line) => line.startsWith('evicted_keys:'));
    expect(Number(evicted?.split(':')[1])).toBeGreaterThan(0);
    // It may have evicted every session.
    await load.more(40);
    for (const status of await load.end()) expect([200, 404, 503]).toContain(status);
    await redis.command('CONFIG', 'SET', 'maxmemory', '0');
    await until(async () => (await post(`${a}/mcp`, initialize())).status === 200);
  });

  it('loses the list of live processes: no call and no stream is ended', async () => {
    const controller = new AbortController();
    const stream = events(await fetch(`${a}/sse`, { signal: controller.signal }));
    const { data } = await next(stream, ({ event }) => event === 'endpoint');
    const send = (message: object) => post(`${b}${data}`, { jsonrpc: '2.0', ...message });
    await send(initialize());
    await next(stream, ({ message }) => message.id === 'init');
    await send({
      id: 'w',
      method: 'tools/call',
      params: { name: 'wait', _meta: { progressToken: 'w' } },
    });
    await next(stream, ({ message }) => message.method === 'notifications/progress');
    for (let i = 0; i < 2; i++) {
      await redis.command('DEL', 'mcp:{story}:processes');
      expect((await send({ id: `ping ${i}`, method: 'ping' })).status).toBe(202);
      await next(stream, ({ message }) => {
        expect(message.error).toBeUndefined();
        return message.id === `ping ${i}`;
      });
      await until(async () => (await redis.command('ZCARD', 'mcp:{story}:processes'))[0] === '2');
    }
    await send({ method: 'notifications/cancelled', params: { requestId: 'w' } });
    controller.abort();
  });
});
