import { createInterface } from 'node:readline';
import { Injectable } from '@nestjs/common';
import { McpContext, McpParam, McpPrompt, McpTool, streamableHttp } from 'nestjs-mcp';
import { eventsOf, initialize, INITIALIZED, nextEvent, post } from '../../libs/mcp/test/wire.js';
import { startStory, type Story } from './story.app.js';

interface Answer {
  id?: number | string | null;
  result?: Record<string, unknown>;
  error?: { code: number; message: string };
}

@Injectable()
class Lenient {
  @McpTool({ description: 'Answers pong.' })
  ping(): string {
    return 'pong';
  }

  @McpTool({ description: 'Waits until it is cancelled.' })
  async wait(context: McpContext): Promise<string> {
    await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
    return 'never read';
  }

  @McpPrompt({ description: 'Greets someone.' })
  greet(@McpParam('name', { required: false }) name?: string): string {
    return `Hello, ${name ?? 'you'}`;
  }
}

/** Sends a message and resolves with its answer. */
type Ask = (message: object) => Promise<Answer>;

const modernMeta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'wire', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

let story: Story;

function lines(): { read: () => Promise<unknown>; write: (value: unknown) => void } {
  const iterator = createInterface({ input: story.pipes.output })[Symbol.asyncIterator]();
  return {
    read: async () => JSON.parse((await iterator.next()).value as string) as unknown,
    write: (value) => void story.pipes.input.write(`${JSON.stringify(value)}\n`),
  };
}

const ways: Record<string, () => Promise<Ask>> = {
  'Streamable HTTP': async () => {
    const opened = await post(`${story.url}/mcp`, initialize('2025-11-25'));
    await opened.text();
    const headers = { 'mcp-session-id': opened.headers.get('mcp-session-id') ?? '' };
    await post(`${story.url}/mcp`, INITIALIZED, headers);
    return async (message) =>
      (await post(`${story.url}/mcp`, message, headers)).json() as Promise<Answer>;
  },
  'HTTP+SSE': async () => {
    const events = eventsOf(await fetch(`${story.url}/sse`));
    const { data = '' } = await nextEvent(events);
    const ask: Ask = async (message) => {
      const { status } = await post(`${story.url}${data}`, message);
      if (status !== 202) return { error: { code: status, message: 'refused' } };
      return JSON.parse((await nextEvent(events)).data ?? '') as Answer;
    };
    await ask(initialize('2024-11-05'));
    await post(`${story.url}${data}`, INITIALIZED);
    return ask;
  },
  stdio: async () => {
    const { read, write } = lines();
    const ask: Ask = async (message) => {
      write(message);
      return (await read()) as Answer;
    };
    await ask(initialize('2025-11-25'));
    write(INITIALIZED);
    return ask;
  },
  'the modern era': async () => async (message) => {
    const { params, ...rest } = message as { params?: object | null; method: string };
    const given = { ...params, _meta: modernMeta } as { name?: string };
    const headers = {
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': rest.method,
      ...(given.name !== undefined && { 'mcp-name': given.name }),
    };
    return (
      await post(`${story.url}/mcp`, { ...rest, params: given }, headers)
    ).json() as Promise<Answer>;
  },
};

function request(id: number, method: string, params: unknown): object {
  return { jsonrpc: '2.0', id, method, params };
}

describe.each(Object.keys(ways))('A null from a client over %s', (way) => {
  let ask: Ask;

  beforeAll(async () => {
    story = await startStory({}, [Lenient]);
    ask = await (ways[way] as () => Promise<Ask>)();
  });
  afterAll(() => story.close());

  it('counts as absent for arguments', async () => {
    const called = await ask(request(1, 'tools/call', { name: 'ping', arguments: null }));
    expect(called).toMatchObject({ result: { content: [{ text: 'pong' }] } });
    const got = await ask(request(2, 'prompts/get', { name: 'greet', arguments: null }));
    expect(got).toMatchObject({ result: { messages: [{ content: { text: 'Hello, you' } }] } });
  });

  it('counts as absent for params', async () => {
    const listed = await ask(request(3, 'tools/list', null));
    expect(listed).toMatchObject({ result: { tools: [{ name: 'ping' }, { name: 'wait' }] } });
    if (way !== 'the modern era') {
      expect(await ask(request(4, 'ping', null))).toMatchObject({ id: 4, result: {} });
    }
  });

  it('counts as absent for the cursor, and in a completion', async () => {
    for (const list of ['tools', 'prompts', 'resources', 'resources/templates']) {
      const listed = await ask(request(5, `${list}/list`, { cursor: null }));
      expect(listed.error).toBeUndefined();
    }
    const completed = await ask(
      request(6, 'completion/complete', {
        ref: { type: 'ref/prompt', name: 'greet' },
        argument: { name: 'name', value: '' },
        context: null,
      }),
    );
    expect(completed.error).toBeUndefined();
  });

  it('counts as absent for _meta, and the progress token in it', async () => {
    if (way === 'the modern era') return;
    for (const _meta of [null, { progressToken: null }]) {
      const called = await ask(request(7, 'tools/call', { name: 'ping', _meta }));
      expect(called).toMatchObject({ result: { content: [{ text: 'pong' }] } });
    }
  });
});

describe('A client that accepts only application/json', () => {
  const json = { accept: 'application/json' };

  afterEach(() => story.close());

  it.each([true, false])(
    'is served by routes that never stream (stateless: %s)',
    async (stateless) => {
      story = await startStory(
        { transports: [streamableHttp({ responseMode: 'json', stateless })] },
        [Lenient],
      );
      const opened = await post(`${story.url}/mcp`, initialize('2025-11-25'), json);
      expect(opened.status).toBe(200);
      const session = opened.headers.get('mcp-session-id');
      const called = await post(`${story.url}/mcp`, request(1, 'tools/call', { name: 'ping' }), {
        ...json,
        ...(session && { 'mcp-session-id': session }),
      });
      expect(await called.json()).toMatchObject({ result: { content: [{ text: 'pong' }] } });
      const modern = { ...json, 'mcp-protocol-version': '2026-07-28' };
      const listed = await post(
        `${story.url}/mcp`,
        request(2, 'tools/list', { _meta: modernMeta }),
        { ...modern, 'mcp-method': 'tools/list' },
      );
      expect(listed.status).toBe(200);
      // Changes come on a stream, however calls are answered.
      const listening = await post(
        `${story.url}/mcp`,
        request(3, 'subscriptions/listen', { notifications: {}, _meta: modernMeta }),
        { ...modern, 'mcp-method': 'subscriptions/listen' },
      );
      expect([listening.status, await listening.json()]).toMatchObject([
        406,
        { error: { message: expect.stringContaining('text/event-stream') } },
      ]);
    },
  );

  it('is refused by routes that may stream, and a client that does not accept JSON is refused by all', async () => {
    story = await startStory({ transports: [streamableHttp()] }, [Lenient]);
    const refused = await post(`${story.url}/mcp`, initialize('2025-11-25'), json);
    expect(refused.status).toBe(406);
    await story.close();
    story = await startStory({ transports: [streamableHttp({ responseMode: 'json' })] }, [Lenient]);
    const html = await post(`${story.url}/mcp`, initialize('2025-11-25'), { accept: 'text/html' });
    expect([html.status, await html.json()]).toMatchObject([
      406,
      { error: { message: 'Not Acceptable: Client must accept application/json' } },
    ]);
  });
});

describe('A malformed initialize', () => {
  const good = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'wire', version: '1' },
  };
  const malformed: [unknown, string][] = [
    [undefined, 'protocolVersion must be a string'],
    [{}, 'protocolVersion must be a string'],
    [{ ...good, protocolVersion: 1 }, 'protocolVersion must be a string'],
    [{ ...good, capabilities: [] }, 'capabilities must be an object'],
    [{ ...good, clientInfo: { name: 'wire' } }, 'clientInfo.version must be a string'],
    [{ ...good, clientInfo: 'wire' }, 'clientInfo must be an object'],
    [{ ...good, capabilities: { roots: 1 } }, 'capabilities.roots must be an object'],
  ];

  function assertRefused({ error }: Answer, words: string): void {
    expect(error?.code).toBe(-32602);
    expect(error?.message).toContain(`Invalid params: ${words}`);
    expect(error?.message).not.toMatch(/invalid_type|"path"/);
  }

  let pipe: ReturnType<typeof lines>;

  beforeAll(async () => {
    story = await startStory({}, [Lenient]);
    pipe = lines();
  });
  afterAll(() => story.close());

  it.each(malformed)(
    'is refused with a plain message over every transport: %j',
    async (params, words) => {
      const message = { jsonrpc: '2.0', id: 9, method: 'initialize', params };
      const posted = await post(`${story.url}/mcp`, message);
      assertRefused((await posted.json()) as Answer, words);
      const events = eventsOf(await fetch(`${story.url}/sse`));
      const { data = '' } = await nextEvent(events);
      await post(`${story.url}${data}`, message);
      assertRefused(JSON.parse((await nextEvent(events)).data ?? '') as Answer, words);
      await events.return(undefined);
      pipe.write(message);
      assertRefused((await pipe.read()) as Answer, words);
    },
  );

  it('creates no session, and a null among its optional parts counts as absent', async () => {
    const refused = await post(`${story.url}/mcp`, { ...initialize('2025-11-25'), params: {} });
    expect(refused.headers.get('mcp-session-id')).toBeNull();
    pipe.write({
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: {
        ...good,
        capabilities: { roots: null, sampling: null },
        clientInfo: { ...good.clientInfo, title: null },
      },
    });
    expect(await pipe.read()).toMatchObject({ id: 1, result: { protocolVersion: '2025-11-25' } });
  });
});

describe('A batch over stdio', () => {
  let pipe: ReturnType<typeof lines>;

  beforeEach(async () => {
    story = await startStory({}, [Lenient]);
    pipe = lines();
    pipe.write(initialize('2025-03-26'));
    await pipe.read();
    pipe.write(INITIALIZED);
  });
  afterEach(() => story.close());

  const ping = (id: number): object => request(id, 'tools/call', { name: 'ping' });

  it('is answered as a batch, with an answer for each request and each invalid message', async () => {
    pipe.write([ping(1), INITIALIZED, { id: 2 }, request(3, 'no/such', {}), ping(1), ping(4)]);
    const answers = (await pipe.read()) as Answer[];
    expect(answers.map(({ id, error }) => [id, error?.code])).toEqual(
      expect.arrayContaining([
        [1, undefined],
        [2, -32600],
        [3, -32601],
        [1, -32600],
        [4, undefined],
      ]),
    );
    expect(answers).toHaveLength(5);
  });

  it('is not answered if it contains no request, and an empty one is refused', async () => {
    pipe.write([INITIALIZED]);
    pipe.write([]);
    expect(await pipe.read()).toMatchObject({ id: null, error: { code: -32600 } });
    pipe.write(ping(7));
    expect(await pipe.read()).toMatchObject({ id: 7, result: {} });
  });

  it('does not wait for a call in it that the client cancels', async () => {
    pipe.write([ping(1), request(2, 'tools/call', { name: 'wait' })]);
    pipe.write({
      jsonrpc: '2.0',
      method: 'notifications/cancelled',
      params: { requestId: 2 },
    });
    expect(await pipe.read()).toMatchObject([{ id: 1, result: {} }]);
    pipe.write([request(3, 'tools/call', { name: 'wait' })]);
    pipe.write({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 3 } });
    pipe.write(ping(4));
    expect(await pipe.read()).toMatchObject({ id: 4, result: {} });
  });
});
