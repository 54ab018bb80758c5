import type { McpTask } from 'nestjs-mcp';
import { answerOf, postModern } from '../protocol/modern.wire.js';
import { TaskService } from '../protocol/task.service.js';
import { startFleet, type Fleet } from './fleet.js';
import { describeWithRedis, TestRedis } from './redis.server.js';
import { events, next, until, WireSession } from './wire.js';

type Json = Record<string, unknown>;

const KIB = 1024;
const capabilities = { extensions: { 'io.modelcontextprotocol/tasks': {} } };

describeWithRedis('The data in Redis', () => {
  let redis: TestRedis;
  let fleet: Fleet | undefined;

  beforeEach(async () => {
    redis = await TestRedis.start();
  });

  afterEach(async () => {
    await fleet?.close();
    fleet = undefined;
    await redis.end();
  });

  /** Bytes of the keys that fit. */
  const bytesOf = async (pattern: string): Promise<number> => {
    let bytes = 0;
    for (const key of await redis.command('KEYS', pattern)) {
      bytes += Number((await redis.command('MEMORY', 'USAGE', key, 'SAMPLES', '0'))[0] ?? 0);
    }
    return bytes;
  };

  it('keeps the results of tasks of all processes within limits.taskResults: the oldest are deleted', async () => {
    fleet = await startFleet(redis, 2, { limits: { taskResults: 64 * KIB } }, [TaskService]);
    const [a, b] = fleet.urls as [string, string];
    const send = (url: string, method: string, params: Json) =>
      answerOf(
        postModern(`${url}/mcp`, method, params, {
          capabilities,
          headers: typeof params.taskId === 'string' ? { 'mcp-name': params.taskId } : {},
        }),
      );
    const begin = async (url: string) => {
      const { result } = await send(url, 'tools/call', {
        name: 'bulky',
        arguments: { bytes: 21 * KIB },
      });
      const { taskId } = result as McpTask;
      await until(async () => {
        const { result: task } = await send(url, 'tasks/get', { taskId });
        return (task as McpTask).status === 'completed';
      });
      return taskId;
    };
    const ids: string[] = [];
    for (let i = 0; i < 6; i++) ids.push(await begin(i % 2 === 0 ? a : b));
    await until(async () => (await bytesOf('mcp:{story}:task:*')) < 72 * KIB);
    const found = await Promise.all(
      ids.map(async (taskId) => (await send(b, 'tasks/get', { taskId })).error === undefined),
    );
    expect(found.slice(0, 3)).toEqual([false, false, false]);
    expect(found.at(-1)).toBe(true);
  });

  it('keeps the events of all sessions within limits.events: those without events for longest lose theirs', async () => {
    fleet = await startFleet(redis, 2, { limits: { events: 64 * KIB } });
    const [a, b] = fleet.urls as [string, string];
    const sessions: { session: WireSession; id: string | undefined }[] = [];
    for (let i = 0; i < 40; i++) {
      const session = await WireSession.open([a, b]);
      const stream = events(
        await session.post(i % 2 === 0 ? a : b, {
          id: '1',
          method: 'tools/call',
          params: { name: 'speak', _meta: { note: 'x'.repeat(KIB) } },
        }),
      );
      const { id } = await next(stream, () => true);
      await next(stream, ({ message }) => message.id === '1');
      sessions.push({ session, id });
    }
    await until(async () => (await bytesOf('mcp:{story}:events:*')) < 96 * KIB);
    const [first] = sessions;
    expect((await first?.session.get(b, first.id))?.status).toBe(400);
    const [last] = sessions.slice(-1);
    const resumed = events((await last?.session.get(a, last.id)) as Response);
    await next(resumed, ({ message }) => message.id === '1');
    for (const key of await redis.command('KEYS', '*')) {
      expect([key, Number((await redis.command('PTTL', key))[0]) > 0]).toEqual([key, true]);
    }
  });

  it('releases the bytes of a session that was deleted', async () => {
    fleet = await startFleet(redis, 2);
    const [a, b] = fleet.urls as [string, string];
    const session = await WireSession.open([a]);
    await session.ask(a, '1', 'tools/call', { name: 'speak' });
    await until(async () => (await redis.command('KEYS', '*events:*')).length > 0);
    expect((await session.delete(b)).status).toBe(200);
    await until(async () => {
      const [total] = await redis.command('HGET', 'mcp:{story}:budget:events:bytes', '');
      return (total ?? '0') === '0';
    });
  });
});
