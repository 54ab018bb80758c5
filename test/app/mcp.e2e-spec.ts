import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { CallToolResult, JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import type { Product } from '../../src/products/product.entity.js';
import type { User } from '../../src/users/user.entity.js';
import { connect, stdioTransport } from '../support/ways-in.js';
import { send, startReferenceApp, type ReferenceApp } from './reference-app.js';

const waysIn = {
  'Streamable HTTP': (url: string, requestInit?: RequestInit) =>
    new StreamableHTTPClientTransport(new URL('/mcp', url), { requestInit }),
  'HTTP+SSE': (url: string, requestInit?: RequestInit) =>
    new SSEClientTransport(new URL('/sse', url), { requestInit }),
};

const everyWayIn = {
  ...waysIn,
  stdio: () => stdioTransport({ NODE_ENV: 'test' }),
};

const textOf = ({ content }: CallToolResult): string => {
  const [block] = content;
  if (block?.type !== 'text') throw new Error(`No text in ${JSON.stringify(content)}`);
  return block.text;
};

describe.each(Object.entries(everyWayIn))('the reference app over %s', (_way, wayIn) => {
  let running: ReferenceApp;
  let client: Client;
  let received: JSONRPCMessage[];

  beforeAll(async () => {
    running = await startReferenceApp();
    ({ client, received } = await connect(wayIn(running.url)));
  });

  afterAll(async () => {
    await client.close();
    await running.close();
  });

  const call = async (name: string, input: Record<string, unknown> = {}) =>
    (await client.callTool({ name, arguments: input })) as CallToolResult;

  it('returns its name and version', () => {
    expect(client.getServerVersion()).toMatchObject({ name: 'inventory', version: '0.1.0' });
    expect(client.getInstructions()).toContain('query_product');
  });

  it('lists its tools, each with title, description and annotations', async () => {
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name).toSorted()).toEqual([
      'calculate',
      'echo',
      'echo_tool',
      'get_config',
      'get_item',
      'get_status',
      'get_user',
      'get_weather',
      'orders_cancel',
      'orders_create',
      'orders_find',
      'orders_list',
      'ping',
      'query_product',
      'reindex',
      'store_item',
    ]);
    for (const { title, description, annotations, inputSchema } of tools) {
      expect([title, description, annotations?.openWorldHint]).toEqual([
        expect.any(String),
        expect.any(String),
        false,
      ]);
      for (const property of Object.values(inputSchema.properties ?? {})) {
        expect(property).toHaveProperty('description');
      }
    }
    const { body } = await send<{ tools: unknown }>(`${running.url}/tools`);
    expect(body.tools).toEqual(tools);
  });

  it('describes the rules of the query in its schema', async () => {
    const { tools } = await client.listTools();
    expect(tools.find(({ name }) => name === 'query_product')?.inputSchema).toMatchObject({
      properties: {
        sku: { maxLength: 32 },
        limit: { minimum: 1, maximum: 100 },
      },
      additionalProperties: false,
    });
  });

  it('has a skill for replacing an order', async () => {
    const { resources } = await client.listResources();
    const [skill] = resources.filter(({ uri }) => uri.startsWith('skill://'));
    expect(skill).toMatchObject({ name: 'replace-order', mimeType: 'text/markdown' });
    const uri = 'skill://replace-order/references/statuses.md';
    const { contents } = await client.readResource({ uri });
    expect(contents).toMatchObject([{ text: expect.stringContaining('shipped') as string }]);
  });

  it('echoes as tool, resource and prompt', async () => {
    expect(textOf(await call('echo_tool', { message: 'hi' }))).toBe('Tool echo: hi');
    expect(textOf(await call('echo', { message: 'hi' }))).toBe('hi');
    const { contents } = await client.readResource({ uri: 'echo://hi%20there' });
    expect(contents).toEqual([
      { uri: 'echo://hi%20there', mimeType: 'text/plain', text: 'Resource echo: hi there' },
    ]);
    const { messages } = await client.getPrompt({
      name: 'echo_prompt',
      arguments: { message: 'hi' },
    });
    expect(messages).toEqual([
      { role: 'user', content: { type: 'text', text: 'Please process this message: hi' } },
    ]);
  });

  it('answers ping, status and configuration', async () => {
    expect(textOf(await call('ping'))).toBe('pong');
    const { structuredContent } = await call('get_status');
    expect(structuredContent).toMatchObject({ status: 'ok', version: '0.1.0' });
    expect(JSON.parse(textOf(await call('get_config')))).toMatchObject({
      HOST: '127.0.0.1',
      MCP_TOKENS: 'not set',
    });
  });

  it('calculates, and refuses what is not arithmetic', async () => {
    expect(textOf(await call('calculate', { expression: '(3 + 4) * sqrt(16)' }))).toBe('28');
    const refused = await call('calculate', { expression: 'cos.constructor' });
    expect(refused.isError).toBe(true);
    expect(textOf(refused)).toContain('Only arithmetic is allowed');
  });

  it('returns the weather of cities in its table', async () => {
    const { structuredContent } = await call('get_weather', { city: 'berlin' });
    expect(structuredContent).toMatchObject({ city: 'Berlin', temperatureCelsius: 11 });
    const unknown = await call('get_weather', { city: 'Atlantis' });
    expect([unknown.isError, textOf(unknown)]).toEqual([
      true,
      expect.stringContaining('No weather for that city'),
    ]);
  });

  it('stores items, also under names that objects inherit', async () => {
    await call('store_item', { key: 'colour', value: 'blue' });
    await call('store_item', { key: '__proto__', value: 'polluted' });
    expect(textOf(await call('get_item', { key: 'colour' }))).toBe('blue');
    expect((await call('get_item', { key: 'toString' })).isError).toBe(true);
    const { contents } = await client.readResource({ uri: 'data://items' });
    const [items] = contents;
    expect(items?.mimeType).toBe('application/json');
    const text = items !== undefined && 'text' in items ? items.text : '';
    expect(Object.entries(JSON.parse(text))).toEqual([
      ['colour', 'blue'],
      ['__proto__', 'polluted'],
    ]);
  });

  it('limits the stored items', async () => {
    expect((await call('store_item', { key: 'x'.repeat(129), value: '' })).isError).toBe(true);
    expect((await call('store_item', { key: 'x', value: 'x'.repeat(16_385) })).isError).toBe(true);
  });

  it('finds the same products as the REST API', async () => {
    const query = { category: 'garden', name: 'hose', limit: 2 };
    const rest = await send<Product[]>(`${running.url}/api/v1/products/query`, 'POST', query);
    expect(rest.body).toHaveLength(2);
    expect(JSON.parse(textOf(await call('query_product', query)))).toEqual(rest.body);
  });

  it('names the argument of a query that does not match', async () => {
    const refused = await call('query_product', { limit: 1000, colour: 'red' });
    expect(refused.isError).toBe(true);
    expect(textOf(refused)).toMatch(/limit.*100/s);
    expect(textOf(refused)).toContain('colour');
  });

  it('finds a user, and answers with an error if there is none', async () => {
    const { body } = await send<User>(`${running.url}/api/v1/users/7`);
    expect((await call('get_user', { id: 7 })).structuredContent).toEqual(body);
    const { tools } = await client.listTools();
    const { inputSchema } = tools.find(({ name }) => name === 'get_user') ?? {};
    expect(inputSchema?.properties).toMatchObject({ id: { type: 'integer' } });
    const missing = await call('get_user', { id: 4711 });
    expect([missing.isError, textOf(missing)]).toEqual([true, 'No user has the id 4711']);
  });

  it('reports the progress of a reindex', async () => {
    const result = await client.callTool(
      { name: 'reindex', arguments: { batches: 3 } },
      undefined,
      { onprogress: () => undefined },
    );
    expect(textOf(result as CallToolResult)).toBe('Reindexed 240 products in 3 batches');
    // The client drops a report that it reads together with the result.
    const seen = received.flatMap((message) =>
      'method' in message && message.method === 'notifications/progress' ? [message.params] : [],
    );
    expect(seen.map((report) => [report?.['progress'], report?.['total']])).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
    expect((await call('reindex', { batches: 101 })).isError).toBe(true);
  });

  it('goes on serving when a reindex is cancelled', async () => {
    const cancel = new AbortController();
    const cancelled = client.callTool({ name: 'reindex', arguments: { batches: 100 } }, undefined, {
      onprogress: () => cancel.abort('enough'),
      signal: cancel.signal,
    });
    await expect(cancelled).rejects.toThrow('enough');
    expect(textOf(await call('ping'))).toBe('pong');
  });

  it('starts an analysis with the topic', async () => {
    const { messages } = await client.getPrompt({
      name: 'data_analysis_prompt',
      arguments: { topic: 'power tools' },
    });
    expect(JSON.stringify(messages)).toContain('power tools');
  });
});

describe.each(Object.entries(waysIn))('a session over %s', (_way, wayIn) => {
  it('is counted by /health/mcp', async () => {
    const running = await startReferenceApp();
    const client = new Client({ name: 'test', version: '1.0.0' });
    try {
      await client.connect(wayIn(running.url));
      const { body } = await send<{ info: { mcp: object } }>(`${running.url}/health/mcp`);
      expect(body.info.mcp).toMatchObject({ tools: 16, resources: 3, prompts: 2, sessions: 1 });
    } finally {
      await client.close();
      await running.close();
    }
  });
});

describe.each(Object.entries(waysIn))('the guarded reference app over %s', (_way, wayIn) => {
  it('accepts a caller with a token, and never returns the tokens', async () => {
    const running = await startReferenceApp({ MCP_TOKENS: 'swordfish, marlin' });
    const stranger = new Client({ name: 'stranger', version: '1.0.0' });
    const client = new Client({ name: 'test', version: '1.0.0' });
    try {
      await expect(stranger.connect(wayIn(running.url))).rejects.toThrow();
      await client.connect(wayIn(running.url, { headers: { authorization: 'Bearer marlin' } }));
      const config = JSON.stringify(await client.callTool({ name: 'get_config' }));
      expect(config).not.toMatch(/swordfish|marlin/);
    } finally {
      await client.close();
      await running.close();
    }
  });
});
