import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { jest } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { McpModule, McpTool } from 'nestjs-mcp';
import { McpTestClient, McpTestError, type McpTestClientOptions } from 'nestjs-mcp/testing';
import { cancelled, createShop, ShopService, toApp } from './shop.app.js';

type Way = Pick<McpTestClientOptions, 'era' | 'over'>;

const ways: [string, Way][] = [
  ['in memory', { over: 'memory' }],
  ['in memory, modern', { over: 'memory', era: 'modern' }],
  ['over Streamable HTTP', { over: 'http' }],
  ['over Streamable HTTP, modern', { over: 'http', era: 'modern' }],
  ['over HTTP+SSE', { over: 'sse' }],
];

/** The error with which a promise rejects. */
const errorOf = (promise: Promise<unknown>): Promise<McpTestError> =>
  promise.then(
    () => {
      throw new Error('It did not reject.');
    },
    (error: McpTestError) => error,
  );

describe.each(['Express', 'Fastify'])('McpTestClient on %s', (platform) => {
  let app: INestApplication;
  const clients: McpTestClient[] = [];
  const connect = async (options: McpTestClientOptions): Promise<McpTestClient> => {
    const client = await McpTestClient.connect(app, options);
    clients.push(client);
    return client;
  };

  beforeAll(async () => {
    app = toApp(await createShop().compile(), platform);
  });
  afterEach(() => Promise.all(clients.splice(0).map((client) => client.close())));
  afterAll(() => app.close());

  describe.each(ways)('%s', (_name, way) => {
    it('calls a tool and returns a readable result', async () => {
      const client = await connect(way);
      const { raw, ...result } = await client.callTool('find', { sku: 'abc' });
      expect(result).toEqual({
        text: '{"sku":"abc","stock":3}',
        structured: { sku: 'abc', stock: 3 },
        content: [{ type: 'text', text: '{"sku":"abc","stock":3}' }],
        isError: false,
        progress: [],
        logs: [],
        asked: [],
      });
      expect(raw).toMatchObject({ structuredContent: { sku: 'abc' } });
      expect(app.getHttpServer()).toMatchObject({ listening: false });
    });

    it('calls the tool of a class and its method, typed by the method', async () => {
      const client = await connect(way);
      const { structured } = await client.callTool(ShopService, 'find', { sku: 'abcd' });
      expect(structured.stock.toFixed(1)).toBe('4.0');
    });

    it('shows the property that was refused, and the status of an exception', async () => {
      const client = await connect(way);
      const invalid = await client.callTool('find', { sku: 'abc', limit: 9 });
      expect(invalid).toMatchObject({ isError: true, text: expect.stringContaining('limit') });
      expect(await client.callTool('find', { sku: 'missing' })).toMatchObject({
        isError: true,
        status: 404,
        text: 'There is no such product.',
      });
    });

    it('lists the known names when a name is wrong', async () => {
      const client = await connect(way);
      const error = await errorOf(client.callTool('fnd'));
      expect(error).toBeInstanceOf(McpTestError);
      expect(error.message).toContain('The caller sees ');
      expect(error.message).toContain('find');
      expect((await errorOf(client.readResource('shop://nothing'))).message).toContain(
        'shop://hours',
      );
      expect((await errorOf(client.getPrompt('nothing'))).message).toContain('advertise');
    });

    it('lists, reads, prompts and completes', async () => {
      const client = await connect(way);
      expect((await client.listTools()).map(({ name }) => name)).toContain('get_order');
      expect(await client.listResources()).toMatchObject([{ uri: 'shop://hours' }]);
      expect(await client.listResourceTemplates()).toMatchObject([
        { uriTemplate: 'shop://product/{sku}' },
      ]);
      expect(await client.listPrompts()).toMatchObject([{ name: 'advertise' }]);
      expect(await client.readResource('shop://product/7')).toMatchObject({ text: 'product 7' });
      expect(await client.getPrompt('advertise', { sku: 'pear' })).toMatchObject({
        text: 'Advertise pear.',
        messages: [{ role: 'user' }],
      });
      const completion = await client.complete({ prompt: 'advertise' }, 'sku', 'ap');
      expect(completion.values).toEqual(['apple', 'apricot']);
    });

    it('keeps progress and log lines', async () => {
      const client = await connect(way);
      const onProgress = jest.fn();
      const { progress, logs } = await client.callTool('count', { to: 2 }, { onProgress });
      expect(progress).toEqual([
        { progress: 1, total: 2, message: 'step 1' },
        { progress: 2, total: 2, message: 'step 2' },
      ]);
      expect(onProgress).toHaveBeenCalledTimes(2);
      expect(logs).toEqual([{ level: 'info', data: { counted: 2 }, logger: 'counter' }]);
    });

    it('answers questions by key, by kind and by ordinal', async () => {
      const client = await connect({
        ...way,
        as: { subject: 'ann', scopes: ['stock:write'] },
        answers: {
          confirm: { reason: 'sold out' },
          1: 'decline',
          sampling: 'Hello',
          roots: ['file:///work'],
        },
      });
      const removed = await client.callTool('remove', { sku: 'abc' });
      expect(removed).toMatchObject({
        text: 'removed: sold out',
        asked: [{ kind: 'elicitation', key: 'confirm', message: 'Remove abc?' }],
      });
      const { structured, asked } = await client.callTool(ShopService, 'survey');
      expect(structured).toEqual({
        first: 'decline',
        model: { type: 'text', text: 'Hello' },
        roots: ['file:///work'],
      });
      expect(asked.map(({ kind }) => kind)).toEqual(['elicitation', 'sampling', 'roots']);
    });

    it('answers questions by a function', async () => {
      const client = await connect({
        ...way,
        as: { subject: 'ann', scopes: ['stock:write'] },
        answers: ({ message }) => ({ reason: `asked ${message}` }),
      });
      const { text } = await client.callTool('remove', { sku: 'x' });
      expect(text).toBe('removed: asked Remove x?');
    });

    it('fails a call whose question has no answer, with the question', async () => {
      const client = await connect({ ...way, answers: { other: 'accept' } });
      const { message } = await errorOf(client.callTool('survey'));
      expect(message).toContain("the question '1' of the kind elicitation (Why?)");
    });

    it('does not declare capabilities without answers', async () => {
      const client = await connect(way);
      expect((await errorOf(client.callTool('survey').then(refuseResult))).message).toContain(
        'elicitation',
      );
    });

    it('cancels by a signal, and the handler sees it', async () => {
      const client = await connect(way);
      const seen = once(cancelled, 'cancelled');
      const stop = new AbortController();
      const failure = errorOf(client.callTool('wait', {}, { signal: stop.signal }));
      await client.callTool('whoami');
      stop.abort(new Error('enough'));
      expect((await failure).message).toBe('enough');
      await seen;
    });

    it('fails a call that takes too long with the latest messages', async () => {
      const client = await connect(way);
      const { message } = await errorOf(client.callTool('wait', {}, { timeout: 1 }));
      expect(message).toContain('tools/call got no answer within 1 ms.');
      expect(message).toContain('→ {"jsonrpc":"2.0"');
      expect(message).toContain('"name":"wait"');
    });

    it('receives changes of lists and of resources', async () => {
      const client = await connect(way);
      await client.subscribe('shop://hours');
      await client.callTool('change');
      await client.waitFor('notifications/tools/list_changed');
      await client.waitFor('notifications/resources/updated', ({ uri }) => uri === 'shop://hours');
      expect(client.notifications.length).toBeGreaterThanOrEqual(2);
    });

    it('resumes a stream that ended early for its result', async () => {
      const client = await connect(way);
      expect(await client.callTool('leave')).toMatchObject({ text: 'came back' });
    });

    it('sends the inputs that requests repeat in headers', async () => {
      const client = await connect(way);
      expect(await client.callTool('ship', { region: 'Zürich' })).toMatchObject({
        text: 'to Zürich',
      });
    });

    it('sets the caller in place of the verifier', async () => {
      const client = await connect({ ...way, as: { subject: 'ann', scopes: [] } });
      expect((await client.callTool('whoami')).text).toBe('ann');
    });

    it('returns a catalog that is the same on every connection', async () => {
      const [one, other] = [await connect(way), await connect(way)];
      const catalog = await one.catalog();
      expect(await other.catalog()).toEqual(catalog);
      expect(catalog.server).toEqual({ name: 'shop', version: '1.2.3' });
      expect(catalog.prompts.map(({ name }) => name)).toEqual(['advertise']);
    });

    it('rejects pending requests when it is closed', async () => {
      const client = await connect(way);
      const failure = errorOf(client.callTool('wait'));
      await client.callTool('whoami');
      await client.close();
      expect((await failure).message).toContain('closed');
    });
  });
});

describe('A client that polls a task', () => {
  const extensions = { 'io.modelcontextprotocol/tasks': {} };

  class Kitchen {
    @McpTool({ task: 'optional' })
    async bake(): Promise<string> {
      await readFile(new URL(import.meta.url));
      return 'baked';
    }
  }

  it.each(['memory', 'http'] as const)('sees its end, over %s', async (over) => {
    const app = toApp(
      await Test.createTestingModule({
        imports: [McpModule.forRoot({ name: 'kitchen', version: '1' })],
        providers: [Kitchen],
      }).compile(),
      'Express',
    );
    const client = await McpTestClient.connect(app, {
      era: 'modern',
      over,
      capabilities: { extensions },
    });
    const { taskId } = await client.request('tools/call', { name: 'bake' });
    let task: Record<string, unknown> = {};
    // Where no question lets the process do anything else, the task never ends.
    for (let questions = 0; questions < 20_000 && task['status'] !== 'completed'; questions += 1) {
      task = await client.request('tasks/get', { taskId });
    }
    expect(task).toMatchObject({ status: 'completed', result: { content: [{ text: 'baked' }] } });
    await app.close();
  });
});

/** A legacy tool answers a question that cannot be asked with a result. */
function refuseResult({ isError, text }: { isError: boolean; text: string }): never {
  throw new Error(isError ? text : 'The call went through.');
}
