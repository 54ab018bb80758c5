import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { redisBackplane } from 'nestjs-mcp/redis';
import { startFleet, type Fleet } from './fleet.js';
import { describeWithRedis, freePort, TestRedis } from './redis.server.js';
import { until, WireSession } from './wire.js';

describeWithRedis('A Redis with a replica and a sentinel', () => {
  let main: TestRedis;
  let replica: TestRedis;
  let sentinel: ChildProcess;
  let folder: string;
  let clients: Redis[];
  let fleets: Fleet[];

  beforeAll(async () => {
    [main, replica] = await Promise.all([TestRedis.start(), TestRedis.start()]);
    const { port: mainPort } = new URL(main.url);
    await replica.command('REPLICAOF', '127.0.0.1', mainPort);
    const port = await freePort();
    folder = mkdtempSync(join(tmpdir(), 'nestjs-mcp-sentinel-'));
    const file = join(folder, 'sentinel.conf');
    writeFileSync(
      file,
      [
        `port ${port}`,
        `sentinel monitor main 127.0.0.1 ${mainPort} 1`,
        'sentinel down-after-milliseconds main 500',
        'sentinel failover-timeout main 2000',
      ].join('\n'),
    );
    sentinel = spawn('redis-server', [file, '--sentinel'], { stdio: 'ignore' });
    const watch = new Redis(port);
    watch.on('error', () => undefined);
    await until(async () => {
      const known = await watch.call('SENTINEL', 'replicas', 'main').catch(() => []);
      const synced = (await replica.command('INFO', 'replication')).some((line) =>
        line.startsWith('master_link_status:up'),
      );
      return synced && (known as unknown[]).length === 1;
    });
    watch.disconnect();
    clients = [1, 2].map(
      () =>
        new Redis({
          sentinels: [{ host: '127.0.0.1', port }],
          name: 'main',
          enableOfflineQueue: false,
          maxRetriesPerRequest: 1,
        }),
    );
    for (const client of clients) client.on('error', () => undefined);
    fleets = await Promise.all(
      clients.map((client) => startFleet(main, 1, { backplane: redisBackplane({ client }) })),
    );
  });

  afterAll(async () => {
    await Promise.all(fleets.map((fleet) => fleet.close()));
    for (const client of clients) client.disconnect();
    const ended = once(sentinel, 'exit');
    sentinel.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
    await Promise.all([main.end(), replica.end()]);
  });

  it('fails over, and the sessions go on with the replica', async () => {
    const [a, b] = fleets.map(({ urls }) => urls[0]) as [string, string];
    const known = await WireSession.open([a, b]);
    const elsewhere = await WireSession.open([a, a]);
    await until(async () => (await replica.command('KEYS', '*:session:*')).length === 2);
    await main.stop();
    expect((await known.post(b, { id: 1, method: 'ping' })).status).toBe(200);
    await until(async () => (await elsewhere.post(b, { id: 1, method: 'ping' })).status === 200);
    await until(async () => (await WireSession.open([b, a])).id !== '');
    for (const url of [a, b]) {
      expect((await known.post(url, { id: 2, method: 'ping' })).status).toBe(200);
    }
  });
});
