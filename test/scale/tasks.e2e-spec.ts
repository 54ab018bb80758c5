import type { McpTask } from 'nestjs-mcp';
import { answerOf, postModern } from '../protocol/modern.wire.js';
import { seen, TaskService } from '../protocol/task.service.js';
import { startFleet, startShared, type Shared } from './fleet.js';
import { describeWithRedis } from './redis.server.js';
import { events, next } from './wire.js';

type Json = Record<string, unknown>;

const extension = 'io.modelcontextprotocol/tasks';
const capabilities = { elicitation: {}, extensions: { [extension]: {} } };

describeWithRedis('A task of several processes', () => {
  let shared: Shared;
  let a: string;
  let b: string;

  beforeAll(async () => {
    shared = await startShared(2, {}, [TaskService]);
    [a, b] = shared.urls as [string, string];
  });

  beforeEach(() => seen.reset());

  afterAll(() => shared.close());

  const send = (url: string, method: string, params: Json) =>
    answerOf(
      postModern(`${url}/mcp`, method, params, {
        capabilities,
        headers: typeof params.taskId === 'string' ? { 'mcp-name': params.taskId } : {},
      }),
    );
  const begin = async (name: string): Promise<string> =>
    ((await send(a, 'tools/call', { name })).result as McpTask).taskId;
  const reached = async (taskId: string, status: string): Promise<McpTask> => {
    for (;;) {
      const task = (await send(b, 'tasks/get', { taskId })).result as McpTask;
      if (task.status === status) return task;
    }
  };

  it('can be read in another process, while it runs and when it is done', async () => {
    const taskId = await begin('report');
    await reached(taskId, 'working');
    seen.work.open();
    const { result } = await reached(taskId, 'completed');
    expect(result).toMatchObject({ content: [{ text: 'the report' }] });
  });

  it('is cancelled in another process', async () => {
    const taskId = await begin('patient');
    expect((await send(b, 'tasks/cancel', { taskId })).error).toBeUndefined();
    await seen.aborted.opened;
    await reached(taskId, 'cancelled');
  });

  it('receives the answers to its questions in another process', async () => {
    const taskId = await begin('survey');
    const yes = { action: 'accept', content: { yes: true } };
    const asked = async (count: number) => {
      for (;;) {
        const task = await reached(taskId, 'input_required');
        const keys = Object.keys(task.inputRequests ?? {});
        if (keys.length === count) return Object.fromEntries(keys.map((key) => [key, yes]));
      }
    };
    await send(b, 'tasks/update', { taskId, inputResponses: await asked(2) });
    await send(b, 'tasks/update', { taskId, inputResponses: await asked(1) });
    const { result } = await reached(taskId, 'completed');
    expect(result).toMatchObject({ content: [{ text: 'accept accept accept' }] });
  });

  it('notifies clients that listen in another process of its end', async () => {
    const taskId = await begin('report');
    const stream = events(
      await postModern(
        `${b}/mcp`,
        'subscriptions/listen',
        { notifications: { taskIds: [taskId] } },
        { capabilities },
      ),
    );
    const method = (name: string) => (event: { message: Json }) => event.message.method === name;
    await next(stream, method('notifications/subscriptions/acknowledged'));
    seen.work.open();
    const { message } = await next(stream, method('notifications/tasks'));
    expect(message.params).toMatchObject({ taskId, status: 'completed' });
    await stream.return(undefined);
  });

  it('has failed when its process was killed', async () => {
    const taskId = await begin('patient');
    await reached(taskId, 'working');
    // What is left of a process that was killed: a name that shows no sign of life.
    await shared.redis.command(
      'HSET',
      `mcp:{story}:task:${taskId}`,
      'process',
      'a process that is gone',
    );
    const { error } = await reached(taskId, 'failed');
    expect(error).toMatchObject({ code: -32603, data: { reason: 'process_lost' } });
    seen.aborted.open();
  });

  it('has failed when its process was stopped', async () => {
    const other = await startFleet(shared.redis, 1, { shutdownTimeout: 50 }, [TaskService]);
    const { result } = await send(other.urls[0] as string, 'tools/call', { name: 'patient' });
    const { taskId } = result as McpTask;
    await reached(taskId, 'working');
    await other.close();
    const { statusMessage } = await reached(taskId, 'failed');
    expect(statusMessage).toBe('The server is shutting down');
  });
});
