import { answerOf, postModern } from '../protocol/modern.wire.js';
import { startStory } from '../protocol/story.app.js';
import { redisBackplane } from 'nestjs-mcp/redis';
import { startShared, type Shared } from './fleet.js';
import { startReplica, type Replica } from './replicas.js';
import { describeWithRedis, TestRedis } from './redis.server.js';
import { events, next, until, WireSession } from './wire.js';

type Json = Record<string, unknown>;

const HOUR = 3_600_000;
const yes = { action: 'accept', content: { yes: true } };
const capabilities = { elicitation: {}, extensions: { 'io.modelcontextprotocol/tasks': {} } };

describeWithRedis('Processes of different versions, with different clocks', () => {
  let redis: TestRedis;
  let replicas: Replica[];
  let old: string;
  let newer: string;

  beforeAll(async () => {
    redis = await TestRedis.start();
    replicas = await Promise.all([
      startReplica(redis, { CLOCK_OFFSET: String(-HOUR / 4) }),
      startReplica(redis, { CLOCK_OFFSET: String(HOUR / 4), MORE_TOOLS: 'newer' }),
    ]);
    [old, newer] = replicas.map(({ url }) => url) as [string, string];
  });

  afterAll(async () => {
    await Promise.all(replicas.map((replica) => replica.end('SIGKILL')));
    await redis.end();
  });

  const modern = (url: string, method: string, params: Json) =>
    answerOf(
      postModern(`${url}/mcp`, method, params, {
        capabilities,
        headers: typeof params.taskId === 'string' ? { 'mcp-name': params.taskId } : {},
      }),
    );

  it('share sessions, and each answers with its own tools', async () => {
    const session = await WireSession.open([old, newer]);
    const names = async (url: string) => {
      const { result } = await session.ask(url, 'list', 'tools/list');
      return (result as { tools: { name: string }[] }).tools.map(({ name }) => name);
    };
    expect(await names(newer)).toEqual(expect.arrayContaining([...(await names(old)), 'newer']));
    const call = { name: 'newer', arguments: {} };
    const { result } = await session.ask(newer, '1', 'tools/call', call);
    expect(result).toMatchObject({ content: [{ text: 'of the newer version' }] });
    const { error } = await session.ask(old, '2', 'tools/call', call);
    expect(error).toMatchObject({ code: -32602 });
  });

  it('accept a requestState of each other, and a task', async () => {
    for (const [first, second] of [
      [old, newer],
      [newer, old],
    ] as const) {
      const asked = await modern(first, 'tools/call', { name: 'ask' });
      const { requestState } = asked.result as { requestState: string };
      const again = { name: 'ask', requestState, inputResponses: { 1: yes } };
      expect((await modern(second, 'tools/call', again)).result).toMatchObject({
        resultType: 'input_required',
      });
      const begun = await modern(first, 'tools/call', { name: 'report' });
      const { taskId } = begun.result as { taskId: string };
      expect((await modern(second, 'tasks/get', { taskId })).result).toMatchObject({
        status: 'working',
      });
      await modern(second, 'tasks/cancel', { taskId });
      await until(async () => {
        const { result } = await modern(second, 'tasks/get', { taskId });
        return (result as { status: string }).status === 'cancelled';
      });
    }
  });

  it('resume streams of each other', async () => {
    const session = await WireSession.open([newer]);
    const params = { name: 'work', arguments: { steps: 20 }, _meta: { progressToken: 1 } };
    const stream = events(await session.post(newer, { id: '1', method: 'tools/call', params }));
    const { id } = await next(stream, ({ message }) => message.method !== undefined);
    const resumed = events(await session.get(old, id));
    const { message } = await next(resumed, (event) => event.message.id === '1');
    expect(message.result).toMatchObject({ content: [{ text: expect.any(String) as string }] });
  });
});

describeWithRedis('Foreign keys and messages in Redis', () => {
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

  it('are no sessions, no events and no tasks', async () => {
    const session = await WireSession.open([a]);
    const id = (digit: string) => `00000000-0000-4000-8000-00000000000${digit}`;
    const key = (digit: string) => `mcp:{story}:session:${id(digit)}`;
    await redis.command('HSET', key('1'), 'transport', 'streamable-http', 'initialize', '{');
    await redis.command('HSET', key('2'), 'transport', 'streamable-http', 'initialize', '7');
    await redis.command('HSET', key('3'), 'sku', '1');
    await redis.command('SET', key('4'), 'a string');
    const statuses: number[] = [];
    for (const digit of ['1', '2', '3', '4']) {
      const headers = { 'Mcp-Session-Id': id(digit) };
      const response = await session.post(b, { id: 1, method: 'ping' }, headers);
      statuses.push(response.status);
    }
    // What is no record at all cannot be read.
    expect(statuses).toEqual([404, 404, 404, 503]);
    await redis.command('HSET', `mcp:{story}:task:${id('1')}`, 'task', '{');
    await redis.command('XADD', `mcp:{story}:events:${session.id}`, '*', 'text', '{');
    await redis.command('XADD', `mcp:{story}:events:${session.id}`, '*', 'other', 'x', 'y', 'z');
    expect((await session.get(b, `${session.id}/1/1`)).status).toBe(400);
    await session.ask(b, '1', 'tools/call', { name: 'grow' });
  });

  it('stop a boot if they occupy the keys of the server', async () => {
    await redis.command('SET', 'app:{story}:processes', 'a string');
    const backplane = redisBackplane({ url: redis.url, keyPrefix: 'app:' });
    await expect(startStory({ backplane })).rejects.toThrow(/cannot be joined: .*wrong kind/s);
  });

  it('have no effect as messages, however large', async () => {
    const session = await WireSession.open([a, b]);
    const junk = (topic: string, body: unknown) => `x\n${JSON.stringify({ topic, body })}`;
    const messages = [
      'x'.repeat(100_000),
      junk('message.kept', { key: 'nothing' }),
      junk('message.kept', { key: {} }),
      junk('question.asked', { session: session.id, message: { id: 1 }, process: 1 }),
      junk('question.answered', { session: session.id, message: { jsonrpc: '2.0', id: {} } }),
      junk('call.cancelled', { session: session.id, id: { a: 1 } }),
      junk('sse.began', { session: session.id, id: null, process: {} }),
      junk('stream.resumed', { session: session.id, stream: ['x'] }),
      junk('news.list', { notification: 7 }),
      junk('task.answered', { taskId: {}, given: [] }),
    ];
    for (const text of messages) await redis.command('PUBLISH', 'mcp:{story}:all', text);
    for (const url of [a, b]) {
      const { result } = await session.ask(url, 'grow', 'tools/call', { name: 'grow' });
      expect(result).toMatchObject({ content: [{ text: 'grown' }] });
    }
  });
});
