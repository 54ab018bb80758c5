import { Cluster, Redis } from 'ioredis';
import { Redis as Redis6 } from 'ioredis-6';
import { createClient, createCluster, createSentinel } from 'redis';
import { createClient as createClient6 } from 'redis-6';
import { getMcpServerToken, type McpServerRef } from 'nestjs-mcp';
import { redisBackplane } from 'nestjs-mcp/redis';
import { answerOf, postModern } from '../protocol/modern.wire.js';
import { startStory } from '../protocol/story.app.js';
import { startFleet, startShared, type Shared } from './fleet.js';
import { describeWithRedis, TestRedis } from './redis.server.js';
import { initialize, events, next, post, until, WireSession } from './wire.js';

describeWithRedis('A Redis that becomes unreachable', () => {
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

  it('causes 503, and stops no call that does not need it', async () => {
    const session = await WireSession.open([a]);
    await redis.stop();
    const refused = await post(`${a}/mcp`, initialize());
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2']);
    expect((await fetch(`${a}/sse`)).status).toBe(503);
    // Known here, and not known there.
    expect((await session.post(a, { id: 2, method: 'ping' })).status).toBe(200);
    expect((await session.post(b, { id: 2, method: 'ping' })).status).toBe(503);
    const modern = await answerOf(postModern(`${b}/mcp`, 'tools/call', { name: 'grow' }));
    expect(modern.result).toMatchObject({ content: [{ text: 'grown' }] });
    const server = shared.stories[0]?.app.get<McpServerRef>(getMcpServerToken('story'));
    await expect(server?.check()).rejects.toThrow('backplane');
  });

  it('is reconnected to, with unchanged sessions', async () => {
    const session = await WireSession.open([a]);
    await redis.stop('save');
    await until(async () => (await session.post(b, { id: 2, method: 'ping' })).status === 503);
    await redis.start();
    await until(async () => (await session.post(b, { id: 2, method: 'ping' })).status === 200);
    await WireSession.open([b, a]);
  });

  it('lets clients begin new sessions when it returns empty', async () => {
    const session = await WireSession.open([a, b]);
    await redis.stop('lose');
    await redis.start();
    for (const url of [a, b]) {
      await until(async () => (await session.post(url, { id: 2, method: 'ping' })).status === 404);
    }
    await WireSession.open([b, a]);
  });

  it('ends the sessions when everything is deleted under it', async () => {
    const session = await WireSession.open([a, b]);
    await redis.command('FLUSHALL');
    for (const url of [a, b]) {
      await until(async () => (await session.post(url, { id: 2, method: 'ping' })).status === 404);
    }
  });

  it('counts as unreachable if it only does not answer', async () => {
    const session = await WireSession.open([a]);
    redis.freeze();
    const refused = await post(`${a}/mcp`, initialize());
    expect(refused.status).toBe(503);
    expect((await session.post(a, { id: 2, method: 'ping' })).status).toBe(200);
    redis.thaw();
    await until(async () => (await session.post(b, { id: 3, method: 'ping' })).status === 200);
  });

  it('keeps a stream that is served elsewhere over a pause that is longer than its liveness', async () => {
    const controller = new AbortController();
    const stream = events(await fetch(`${a}/sse`, { signal: controller.signal }));
    const { data } = await next(stream, ({ event }) => event === 'endpoint');
    const send = (id: string) => post(`${b}${data}`, { ...initialize(), id });
    expect((await send('before')).status).toBe(202);
    await next(stream, ({ message }) => message.id === 'before');
    redis.freeze();
    await new Promise((resolve) => setTimeout(resolve, 7_000));
    redis.thaw();
    const ping = { jsonrpc: '2.0', id: 'after', method: 'ping' };
    await until(async () => (await post(`${b}${data}`, ping)).status === 202);
    await next(stream, ({ message }) => message.id === 'after');
    controller.abort();
  });
});

const ignore = (): void => undefined;

describeWithRedis('An application with a backplane', () => {
  it('does not start without a stateSecret', async () => {
    const backplane = redisBackplane({ url: 'redis://127.0.0.1:1' });
    await expect(startStory({ backplane, stateSecret: undefined })).rejects.toThrow(
      /stateSecret: it is missing.*openssl rand/s,
    );
  });

  it('does not start if Redis cannot be reached, and hides its password', async () => {
    const url = 'redis://user:a-secret@127.0.0.1:1';
    const backplane = redisBackplane({ url, connectTimeout: 500 });
    const failed = startStory({ backplane });
    await expect(failed).rejects.toThrow(/did not answer within 500 ms/);
    await expect(failed).rejects.not.toThrow(/a-secret/);
  });

  it.each([
    ['ioredis 5', (url: string) => new Redis(url, { lazyConnect: true }).on('error', ignore)],
    ['ioredis 6', (url: string) => new Redis6(url, { lazyConnect: true }).on('error', ignore)],
    ['redis 5', (url: string) => createClient({ url }).on('error', ignore)],
    ['redis 6', (url: string) => createClient6({ url }).on('error', ignore)],
  ])(
    'receives messages of the other processes after a restart of Redis, by a client of %s',
    async (_library, create) => {
      const redis = await TestRedis.start();
      const client = create(redis.url);
      await client.connect();
      const fleet = await startFleet(redis, 2, { backplane: redisBackplane({ client }) });
      const [a, b] = fleet.urls;
      const session = await WireSession.open([a, b]);
      const stream = events(await session.get(a));
      await next(stream, () => true);
      await redis.stop('save');
      await redis.start();
      let isTold = false;
      const told = next(stream, ({ message }) => {
        isTold = message.method === 'notifications/tools/list_changed';
        return isTold;
      });
      // What is said before both connections are there again is lost.
      await until(async () => {
        await (
          await session.post(b, { id: 'g', method: 'tools/call', params: { name: 'grow' } })
        ).text();
        return isTold;
      });
      await told;
      await fleet.close();
      await client.disconnect();
      await redis.end();
    },
  );

  it('requires either a url or a client', () => {
    expect(() => redisBackplane({})).toThrow(/either a url or a client/);
  });

  it('refuses clients of several Redis servers', () => {
    const cluster = new Cluster([{ host: '127.0.0.1', port: 1 }], { lazyConnect: true });
    const rootNodes = [{ url: 'redis://127.0.0.1:1' }];
    const sentinels = { name: 'main', sentinelRootNodes: [{ host: '127.0.0.1', port: 1 }] };
    const clients = [cluster, createCluster({ rootNodes }), createSentinel(sentinels)];
    for (const client of clients) {
      expect(() => redisBackplane({ client: client as never })).toThrow(/one of a cluster/);
    }
    cluster.disconnect();
  });

  it('takes the client that the application has, of either library, and leaves it open', async () => {
    const redis = await TestRedis.start();
    const { url } = redis;
    const ioredis = [new Redis(url), new Redis6(url)] as const;
    const node = [createClient({ url }), createClient6({ url })] as const;
    await Promise.all(node.map((client) => client.connect()));
    const ends = [];
    for (const client of [...ioredis, ...node]) {
      ends.push(await startFleet(redis, 1, { backplane: redisBackplane({ client }) }));
    }
    const [first, ...others] = ends.map(({ urls }) => urls[0]);
    for (const other of others) {
      const session = await WireSession.open([first, other]);
      await session.ask(other, '1', 'logging/setLevel', { level: 'error' });
      expect((await session.delete(other)).status).toBe(200);
      await until(
        async () => (await session.post(first, { id: 2, method: 'ping' })).status === 404,
      );
    }
    for (const end of ends) await end.close();
    for (const client of ioredis) {
      expect(await client.ping()).toBe('PONG');
      client.disconnect();
    }
    for (const client of node) {
      expect(await client.ping()).toBe('PONG');
      client.destroy();
    }
    await redis.end();
  });

  it('shares nothing with another server, or under another prefix, and leaves no key without an end', async () => {
    const redis = await TestRedis.start();
    const fleets = [
      await startFleet(redis, 1),
      await startFleet(redis, 1, { name: 'other' }),
      await startFleet(redis, 1, {
        backplane: redisBackplane({ url: redis.url, keyPrefix: 'app:' }),
      }),
    ];
    const [own, ...others] = fleets.map(({ urls }) => urls[0]);
    const session = await WireSession.open([own]);
    for (const other of others) {
      expect((await session.post(other, { id: 2, method: 'ping' })).status).toBe(404);
    }
    for (const key of await redis.command('KEYS', '*')) {
      expect([key, Number((await redis.command('PTTL', key))[0]) > 0]).toEqual([key, true]);
    }
    for (const fleet of fleets) await fleet.close();
    await redis.end();
  });

  it('ignores an invalid message', async () => {
    const redis = await TestRedis.start();
    const fleet = await startFleet(redis, 2);
    const [a, b] = fleet.urls;
    for (const text of ['', '{', 'x\n{}', 'x\n{"topic":"session.ended","body":{"id":{}}}']) {
      await redis.command('PUBLISH', 'mcp:{story}:all', text);
    }
    const junk = ['question.answered', 'call.cancelled', 'task.answered', 'sse.message'].map(
      (topic) => `x\n${JSON.stringify({ topic, body: { session: 1, id: [], message: null } })}`,
    );
    for (const text of junk) await redis.command('PUBLISH', 'mcp:{story}:all', text);
    const session = await WireSession.open([a, b]);
    expect((await session.post(b, { id: 2, method: 'ping' })).status).toBe(200);
    await fleet.close();
    await redis.end();
  });
});
