import { StreamableHTTPClientTransport as NextHttp } from '@modelcontextprotocol/client';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { connectLegacy, connectModern, type StoryClient } from '../protocol/story.clients.js';
import { startBalancer, startReplica, type Replica } from './replicas.js';
import { describeWithRedis, TestRedis } from './redis.server.js';
import { until } from './wire.js';

const answers = { elicit: () => ({ action: 'accept', content: { yes: true } }) };
const ways = ['Streamable HTTP, 2025-11-25', 'HTTP+SSE', 'Streamable HTTP, 2026-07-28'] as const;

describeWithRedis('Three processes behind a balancer without sticky sessions', () => {
  let redis: TestRedis;
  let replicas: Replica[];
  let balancer: Awaited<ReturnType<typeof startBalancer>>;
  let clients: StoryClient[];

  beforeAll(async () => {
    redis = await TestRedis.start();
  });

  beforeEach(async () => {
    clients = [];
    replicas = await Promise.all([1, 2, 3].map(() => startReplica(redis)));
    balancer = await startBalancer(replicas.map(({ url }) => url));
  });

  afterEach(async () => {
    await Promise.all(clients.map((client) => client.close().catch(() => undefined)));
    await Promise.all(replicas.map((replica) => replica.end('SIGKILL')));
    await balancer.close();
  });

  afterAll(() => redis.end());

  const connect = async (way: (typeof ways)[number]): Promise<StoryClient> => {
    const [mcp, sse] = ['/mcp', '/sse'].map((path) => new URL(path, balancer.url)) as [URL, URL];
    const client =
      way === 'HTTP+SSE'
        ? await connectLegacy(new SSEClientTransport(sse), answers)
        : way.endsWith('2025-11-25')
          ? await connectLegacy(new StreamableHTTPClientTransport(mcp), answers)
          : await connectModern(new NextHttp(mcp), answers);
    clients.push(client);
    return client;
  };
  const textOf = async (call: ReturnType<StoryClient['call']>) => {
    const { content } = await call;
    return (content as { text: string }[])[0]?.text;
  };

  it.each(ways)('serve the client of the SDK as one server, over %s', async (way) => {
    const client = await connect(way);
    const seen = new Set<string | undefined>();
    for (let i = 0; i < 12; i++) seen.add(await textOf(client.call('who')));
    expect(seen.size).toBe(3);
    expect((await client.client.listTools()).tools).toHaveLength(5);
    for (let i = 0; i < 3; i++) {
      expect(await textOf(client.call('ask'))).toBe('accept accept');
      expect(await textOf(client.call('work', { steps: 3 }))).toMatch(/worked/);
    }
  });

  it('send large answers complete and in order to a stream in another process', async () => {
    const client = await connect('HTTP+SSE');
    // More in all than Redis would hold for a subscriber.
    const bytes = 1024 * 1024;
    const sizes = await Promise.all(
      Array.from(
        { length: 36 },
        async () => (await textOf(client.call('bulk', { bytes })))?.length,
      ),
    );
    expect(sizes).toEqual(Array.from({ length: 36 }, () => bytes));
  });

  it.each(ways)(
    'lose no session when one is killed in the middle of a call, over %s',
    async (way) => {
      const client = await connect(way);
      // One in each process. Who asks for progress gets a stream, and can come back for the rest of it.
      const comesBack = !way.endsWith('2026-07-28');
      const params = { name: 'work', arguments: { steps: 60 } };
      const begun = new Set<number>();
      const calls = replicas.map((_, i) =>
        (client.client as Client).callTool(
          params,
          undefined,
          comesBack ? { onprogress: () => begun.add(i) } : {},
        ),
      );
      const settled = Promise.allSettled(calls);
      // A client that cannot come back sees nothing of its call but its end.
      if (!comesBack) {
        while (begun.size < 3) begun.add(Number(await textOf(client.call('who'))));
      }
      await until(async () => begun.size === 3);
      // The stream of HTTP+SSE is in the first one.
      await replicas[1]?.end('SIGKILL');
      const lost = (await settled).filter(({ status }) => status === 'rejected');
      expect(lost).toHaveLength(1);
      const reason = { code: -32603, data: { reason: 'process_lost' } };
      if (comesBack) expect(lost).toMatchObject([{ reason }]);
      for (let i = 0; i < 6; i++) expect(await textOf(client.call('who'))).toMatch(/^\d+$/);
    },
  );

  it('are replaced one by one under load, and no call fails', async () => {
    const all = await Promise.all(ways.map((way) => connect(way)));
    let answered = 0;
    const over = new AbortController();
    const loads = Promise.all(
      all.map(async (client) => {
        while (!over.signal.aborted) {
          expect(await textOf(client.call('work', { steps: 4 }))).toMatch(/worked/);
          answered += 1;
        }
      }),
    );
    // The stream of HTTP+SSE is in the first one, and ends with it.
    for (let i = 1; i < 3; i++) {
      const old = replicas[i] as Replica;
      replicas[i] = await startReplica(redis);
      // As orchestrators do: it gets no new requests, and a signal.
      await balancer.use(replicas.map(({ url }) => url));
      expect(await old.end('SIGTERM')).toEqual([0, null]);
      expect(old.output()).not.toMatch(/ERROR/);
      const before = answered;
      await until(async () => answered > before + 6);
    }
    over.abort();
    await loads;
  });
});
