import { createInterface } from 'node:readline';
import { eventsOf, nextEvent } from '../../libs/mcp/test/wire.js';
import { staticTokens, type McpModuleOptions, type McpTask } from 'nestjs-mcp';
import { answerOf, postModern, type ModernPost } from './modern.wire.js';
import { startStory, type Story } from './story.app.js';
import { connectLegacy, toStreamable } from './story.clients.js';
import { PlainService, seen, TaskService } from './task.service.js';

type Json = Record<string, unknown>;

const id = 'io.modelcontextprotocol/tasks';
const capabilities = { elicitation: {}, extensions: { [id]: {} } };
const yes = { action: 'accept', content: { yes: true } };
const no = { action: 'decline' };
const unknownTask = { error: { code: -32602, message: 'Unknown or expired task' } };
const missing = {
  status: 400,
  error: { code: -32021, data: { requiredCapabilities: { extensions: { [id]: {} } } } },
};
const tokens = staticTokens({
  ann: { token: 'a', scopes: ['secrets'] },
  'ann on her phone': { token: 'p', scopes: [] },
  bob: { token: 'b', scopes: ['secrets'] },
});

function speakTo({ url }: Story, token?: string) {
  const send = (method: string, params: Json = {}, more: ModernPost = {}) =>
    answerOf(
      postModern(`${url}/mcp`, method, params, {
        capabilities,
        ...more,
        headers: {
          ...(typeof params.taskId === 'string' && { 'mcp-name': params.taskId }),
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...more.headers,
        },
      }),
    );
  const begin = async (name: string, more: Json = {}): Promise<string> => {
    const { result } = await send('tools/call', { name, ...more });
    expect(result).toMatchObject({ resultType: 'task', status: 'working' });
    return (result as McpTask).taskId;
  };
  const get = async (taskId: string): Promise<McpTask> =>
    (await send('tasks/get', { taskId })).result as McpTask;
  const until = async (taskId: string, status: string): Promise<McpTask> => {
    for (;;) {
      const task = await get(taskId);
      if (task.status === status) return task;
    }
  };
  return { send, begin, get, until };
}

describe('A call that becomes a task', () => {
  let story: Story;
  let ask: ReturnType<typeof speakTo>;

  const start = async (options: Partial<McpModuleOptions> = {}) => {
    story = await startStory(options, [TaskService]);
    ask = speakTo(story);
  };

  beforeEach(() => seen.reset());
  afterEach(() => story.close());

  it('is answered with a handle, and can be read when it is done', async () => {
    await start({ timeout: 50 });
    const { result } = await ask.send('tools/call', { name: 'report', task: { ttl: 1 } });
    const { taskId } = result as McpTask;
    expect(result).toEqual({
      resultType: 'task',
      taskId: expect.stringMatching(/^[\da-f-]{36}$/),
      status: 'working',
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      lastUpdatedAt: expect.any(String),
      ttlMs: 1_800_000,
      pollIntervalMs: 1_000,
      _meta: expect.anything(),
    });
    const limit = Date.now() + 100;
    while (Date.now() < limit) {
      expect(await ask.get(taskId)).toMatchObject({ resultType: 'complete', status: 'working' });
    }
    seen.work.open();
    const { result: report, ...rest } = await ask.until(taskId, 'completed');
    expect(report).toMatchObject({ resultType: 'complete', content: [{ text: 'the report' }] });
    expect(rest).not.toHaveProperty('owner');
    expect(rest).not.toHaveProperty('tool');
    expect(rest).not.toHaveProperty('error');
  });

  it('keeps its result while all results fit, and the owner with the most loses the oldest', async () => {
    await start({ auth: { verifier: tokens }, limits: { taskResults: 100_000 } });
    const finished = async (as: typeof ask, bytes: number): Promise<string> => {
      const taskId = await as.begin('bulky', { arguments: { bytes } });
      await as.until(taskId, 'completed');
      return taskId;
    };
    const [ann, bob] = [speakTo(story, 'a'), speakTo(story, 'b')];
    const first = await finished(bob, 30_000);
    const many = [await finished(ann, 30_000), await finished(ann, 30_000)];
    many.push(await finished(ann, 30_000));
    expect(await ann.send('tasks/get', { taskId: many[0] })).toMatchObject(unknownTask);
    for (const taskId of many.slice(1)) expect(await ann.get(taskId)).toBeDefined();
    expect(await bob.get(first)).toMatchObject({ status: 'completed' });
    const tooLarge = await ann.begin('bulky', { arguments: { bytes: 120_000 } });
    const { error } = await ann.until(tooLarge, 'failed');
    expect(error).toMatchObject({ code: -32603, message: expect.stringContaining('taskResults') });
  });

  it('is an ordinary call for a client without tasks, or is refused if it must be a task', async () => {
    await start();
    seen.work.open();
    expect(await ask.send('tools/call', { name: 'report' }, { capabilities: {} })).toMatchObject({
      result: { resultType: 'complete', content: [{ text: 'the report' }] },
    });
    expect(await ask.send('tools/call', { name: 'patient' }, { capabilities: {} })).toMatchObject(
      missing,
    );
    for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel']) {
      expect(
        await ask.send(method, { taskId: 'x', inputResponses: {} }, { capabilities: {} }),
      ).toMatchObject(missing);
    }
    const { legacy, call, close } = await connectLegacy(toStreamable(story));
    expect(legacy.getServerCapabilities()).not.toHaveProperty('extensions');
    expect(await call('report')).toMatchObject({ content: [{ text: 'the report' }] });
    await close();
  });

  it('is an ordinary call if the tool does not declare tasks', async () => {
    await start();
    expect(await ask.send('tools/call', { name: 'plain' })).toMatchObject({
      result: { resultType: 'complete', content: [{ text: 'plain' }] },
    });
  });

  it('completes if the tool fails, and fails if the protocol does', async () => {
    await start();
    const broken = await ask.until(await ask.begin('broken'), 'completed');
    expect(broken.result).toMatchObject({ isError: true });
    expect(JSON.stringify(broken)).not.toContain('secret');
    const rootless = await ask.until(await ask.begin('rootless'), 'failed');
    expect(rootless).toMatchObject({
      statusMessage: expect.stringContaining('roots'),
      error: { code: -32021, data: { requiredCapabilities: { roots: {} } } },
    });
    expect(rootless).not.toHaveProperty('result');
  });

  it('asks while it runs, and goes on with every answer without running again', async () => {
    await start();
    const taskId = await ask.begin('survey');
    const update = (inputResponses: unknown) =>
      ask.send('tasks/update', { taskId, inputResponses });
    expect((await ask.until(taskId, 'input_required')).inputRequests).toEqual({
      first: { method: 'elicitation/create', params: expect.anything() },
      second: { method: 'elicitation/create', params: expect.anything() },
    });
    expect(await update(7)).toMatchObject({ error: { code: -32602 } });
    expect(await update({ first: { action: 'perhaps' }, other: yes })).toMatchObject({
      result: { resultType: 'complete' },
    });
    expect(Object.keys((await ask.get(taskId)).inputRequests ?? {})).toEqual(['first', 'second']);
    await update({ first: yes });
    expect(Object.keys((await ask.get(taskId)).inputRequests ?? {})).toEqual(['second']);
    await update({ first: no, second: no });
    const third = Object.keys((await ask.until(taskId, 'input_required')).inputRequests ?? {});
    expect(third).toEqual(['3']);
    await update({ 3: { action: 'cancel' } });
    expect((await ask.until(taskId, 'completed')).result).toMatchObject({
      content: [{ text: 'accept decline cancel' }],
    });
    expect(seen.runs).toBe(1);
    expect(await update({ 3: yes })).toMatchObject({ result: { resultType: 'complete' } });
  });

  it('may be begun by the handler, after its questions in the call', async () => {
    await start();
    const call = { name: 'booking', arguments: {} };
    const { result } = await ask.send('tools/call', call);
    expect(result).toMatchObject({ resultType: 'input_required', inputRequests: { before: {} } });
    const { requestState } = result as { requestState: string };
    const taskId = await ask.begin('booking', {
      ...call,
      requestState,
      inputResponses: { before: yes },
    });
    await ask.until(taskId, 'input_required');
    await ask.send('tasks/update', { taskId, inputResponses: { after: no } });
    expect((await ask.until(taskId, 'completed')).result).toMatchObject({
      content: [{ text: '1 accept decline' }],
    });
    expect(seen.runs).toBe(2);
  });

  it('is cancelled by its client: the signal is aborted, and cancelling again changes nothing', async () => {
    await start();
    const taskId = await ask.begin('patient');
    const cancel = () => ask.send('tasks/cancel', { taskId });
    expect(await cancel()).toMatchObject({ result: { resultType: 'complete' } });
    await seen.aborted.opened;
    const cancelled = await ask.until(taskId, 'cancelled');
    await cancel();
    expect(await ask.get(taskId)).toEqual(cancelled);
    const asking = await ask.begin('survey');
    await ask.until(asking, 'input_required');
    await ask.send('tasks/cancel', { taskId: asking });
    expect(await ask.get(asking)).not.toHaveProperty('inputRequests');
    expect(await ask.get(asking)).toMatchObject({ status: 'cancelled' });
  });

  it('is visible to its owner alone, and only as long as the tool is', async () => {
    await start({ auth: { verifier: tokens, optional: true } });
    const [ann, phone, bob] = ['a', 'p', 'b'].map((token) => speakTo(story, token));
    const taskId = await ann!.begin('secret');
    expect((await ann!.until(taskId, 'completed')).result).toMatchObject({
      content: [{ text: 'the secret' }],
    });
    for (const other of [phone!, bob!, ask]) {
      for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel']) {
        expect(await other.send(method, { taskId, inputResponses: {} })).toMatchObject(unknownTask);
      }
    }
  });

  it('is hidden from its owner too, if the token lacks the scopes of the tool', async () => {
    const verifier = {
      verify: async (token: string) => ({ subject: 'ann', scopes: token.split('.') }),
    };
    await start({ auth: { verifier } });
    const taskId = await speakTo(story, 'secrets').begin('secret');
    await speakTo(story, 'secrets.more').until(taskId, 'completed');
    const refused = await speakTo(story, 'more').send('tasks/get', { taskId });
    expect(refused).toMatchObject({ error: { message: expect.stringContaining('secrets') } });
    expect(refused).not.toHaveProperty('result');
  });

  it('is not found by an invalid id', async () => {
    await start();
    for (const taskId of ['x', '', 'x'.repeat(1_000), '__proto__']) {
      expect(
        await ask.send('tasks/get', { taskId }, { headers: { 'mcp-name': taskId } }),
      ).toMatchObject(unknownTask);
    }
    for (const taskId of [7, null, {}, undefined]) {
      expect(
        await ask.send('tasks/get', { taskId }, { headers: { 'mcp-name': '7' } }),
      ).toMatchObject(unknownTask);
    }
    const taskId = await ask.begin('report');
    expect(
      await ask.send('tasks/get', { taskId }, { headers: { 'mcp-name': 'other' } }),
    ).toMatchObject({ status: 400, error: { code: -32020 } });
    for (const method of ['tasks/list', 'tasks/result']) {
      expect(await ask.send(method, { taskId })).toMatchObject({
        status: 404,
        error: { code: -32601 },
      });
    }
    seen.work.open();
  });

  it('works over stdio too', async () => {
    await start();
    const { input, output } = story.pipes;
    const lines = createInterface({ input: output })[Symbol.asyncIterator]();
    const send = async (method: string, params: Json): Promise<McpTask> => {
      const _meta = {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientCapabilities': capabilities,
      };
      const message = { jsonrpc: '2.0', id: method, method, params: { ...params, _meta } };
      input.write(`${JSON.stringify(message)}\n`);
      const { value } = (await lines.next()) as { value: string };
      return (JSON.parse(value) as { result: McpTask }).result;
    };
    const { taskId } = await send('tools/call', { name: 'report' });
    seen.work.open();
    expect((await ask.until(taskId, 'completed')).status).toBe('completed');
    expect(await send('tasks/get', { taskId })).toMatchObject({
      result: { content: [{ text: 'the report' }] },
    });
  });

  it('ends and is deleted when its time is over', async () => {
    await start({ tasks: { ttl: 100 } });
    const taskId = await ask.begin('patient');
    await seen.aborted.opened;
    expect(await ask.send('tasks/get', { taskId })).toMatchObject(unknownTask);
  });

  it('is refused beyond the limits, of one owner or of all', async () => {
    await start({ auth: { verifier: tokens }, tasks: { max: 2, maxPerOwner: 1 } });
    const [ann, phone, bob] = ['a', 'p', 'b'].map((token) => speakTo(story, token));
    const full = { error: { code: -32603, message: expect.stringContaining('Too many tasks') } };
    await ann!.begin('report');
    expect(await ann!.send('tools/call', { name: 'report' })).toMatchObject(full);
    await bob!.begin('report');
    expect(await phone!.send('tools/call', { name: 'report' })).toMatchObject(full);
    seen.work.open();
  });

  it('is stored in the store of the application, until the server ends', async () => {
    const saved = new Map<string, McpTask>();
    const store = {
      save: async (task: McpTask) => void saved.set(task.taskId, task),
      get: async (taskId: string) => saved.get(taskId),
      delete: async (taskId: string) => void saved.delete(taskId),
    };
    await start({ tasks: { store }, shutdownTimeout: 10 });
    const working = await ask.begin('patient');
    const asking = await ask.begin('survey');
    await ask.until(asking, 'input_required');
    const other = await startStory({ tasks: { store } }, [TaskService]);
    expect(await speakTo(other).get(working)).toMatchObject({ status: 'working' });
    expect(await speakTo(other).send('tasks/cancel', { taskId: working })).toMatchObject({
      error: { code: -32603, message: expect.stringContaining('another instance') },
    });
    await story.close();
    await seen.aborted.opened;
    for (const taskId of [working, asking]) {
      expect(await speakTo(other).get(taskId)).toMatchObject({
        status: 'failed',
        error: { message: 'The server is shutting down' },
      });
    }
    await other.close();
  });

  it('notifies listening clients of its state', async () => {
    await start();
    const taskId = await ask.begin('survey');
    await ask.until(taskId, 'input_required');
    const notifications = { taskIds: [taskId, 'none'] };
    expect(
      await ask.send('subscriptions/listen', { notifications }, { capabilities: {} }),
    ).toMatchObject(missing);
    expect(
      await ask.send('subscriptions/listen', { notifications: { taskIds: 'x' } }),
    ).toMatchObject({ error: { code: -32602 } });
    const response = await postModern(
      `${story.url}/mcp`,
      'subscriptions/listen',
      { notifications },
      { capabilities },
    );
    const events = eventsOf(response);
    const next = async () => JSON.parse((await nextEvent(events)).data ?? '') as Json;
    expect(await next()).toMatchObject({
      method: 'notifications/subscriptions/acknowledged',
      params: { notifications: { taskIds: [taskId] } },
    });
    await ask.send('tasks/update', { taskId, inputResponses: { first: yes } });
    expect(await next()).toMatchObject({
      method: 'notifications/tasks',
      params: { taskId, status: 'input_required', inputRequests: { second: {} } },
    });
    await ask.send('tasks/cancel', { taskId });
    expect(await next()).toMatchObject({
      params: {
        taskId,
        status: 'cancelled',
        _meta: { 'io.modelcontextprotocol/subscriptionId': 1 },
      },
    });
    await events.return(undefined);
  });
});

describe('A server', () => {
  const discover = async (story: Story): Promise<unknown> => {
    const { result } = await speakTo(story).send('server/discover');
    return (result as { capabilities: Json }).capabilities.extensions;
  };

  it('declares the extension once a tool may become a task, and has no method of it before', async () => {
    const story = await startStory({}, [PlainService]);
    expect(await discover(story)).toBeUndefined();
    expect(await speakTo(story).send('tasks/get', { taskId: 'x' })).toMatchObject({
      status: 404,
      error: { code: -32601 },
    });
    const other = await startStory({}, [TaskService]);
    expect(await discover(other)).toEqual({ [id]: {} });
    await Promise.all([story.close(), other.close()]);
  });

  it.each(['ttl', 'pollInterval', 'max', 'maxPerOwner'])(
    'does not start with an invalid %s',
    async (name) => {
      await expect(startStory({ tasks: { [name]: 0 } }, [TaskService])).rejects.toThrow(
        `tasks.${name}: 0 is out of bounds. Give a whole number`,
      );
    },
  );
});
