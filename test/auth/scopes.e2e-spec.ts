import {
  McpCompletion,
  McpGroup,
  McpParam,
  McpPrompt,
  McpTool,
  staticTokens,
  type McpServerRef,
} from 'nestjs-mcp';
import { adapters, startApp, httpWays, type StartedApp } from '../support/start-app.js';
import { auth, listsOf, Orders, start } from './access.app.js';
import { bearer, openSession, postMessage } from './requests.js';

class Greetings {
  @McpPrompt()
  greet(@McpParam('name') name: string) {
    return `Hello ${name}.`;
  }
}

@McpGroup('people', { scopes: ['names'] })
class People {
  @McpCompletion({ prompt: 'greet', argument: 'name' })
  names() {
    return ['Anna'];
  }
}

const operations = [
  ['tools/call', { name: 'orders_find' }],
  ['resources/read', { uri: 'orders://all' }],
  ['resources/read', { uri: 'orders://by/7' }],
  ['prompts/get', { name: 'orders_review' }],
] as const;

describe.each(adapters)('scopes on %s', (adapter) => {
  let app: StartedApp;
  beforeAll(async () => {
    app = await start({ adapter, providers: [Orders, Greetings, People] });
  });
  afterAll(() => app.close());

  it.each(httpWays)('determine the lists over %s', async (over) => {
    const all = ['orders_find', 'orders_all', 'orders_one', 'greet', 'orders_review'];
    expect(await listsOf(app, over, 'boss')).toEqual(['orders_cancel', ...all]);
    expect(await listsOf(app, over, 'clerk')).toEqual(all);
    expect(await listsOf(app, over, 'guest')).toEqual(['greet']);
    expect(await listsOf(app, over)).toEqual(['greet']);
  });

  const list = async (headers = {}) =>
    (await fetch(`${app.url}/tools`, { headers })).json() as Promise<string[]>;

  it('determine the own list of the application', async () => {
    expect(await list(bearer('boss'))).toEqual(['orders_cancel', 'orders_find']);
    expect(await list(bearer('clerk'))).toEqual(['orders_find']);
    expect(await list()).toEqual([]);
  });

  it.each(operations)(
    '%s %j answers 403 with a challenge to callers without them',
    async (method, params) => {
      const session = await openSession(app.url, bearer('guest'));
      const response = await postMessage(app.url, { id: 7, method, params }, session);
      expect(response.status).toBe(403);
      expect(response.headers.get('www-authenticate')).toBe(
        'Bearer realm="shop", error="insufficient_scope", error_description="The token lacks scopes", scope="orders"',
      );
      expect(await response.json()).toMatchObject({
        id: 7,
        error: { message: expect.stringContaining('insufficient_scope') },
      });
    },
  );

  it.each(operations)(
    '%s %j answers 401 with the scope to anonymous callers',
    async (method, params) => {
      const session = await openSession(app.url);
      const response = await postMessage(app.url, { id: 7, method, params }, session);
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer realm="shop", scope="orders"');
    },
  );

  it.each(operations)('%s %j works for callers with them', async (method, params) => {
    const session = await openSession(app.url, bearer('clerk'));
    const response = await postMessage(app.url, { id: 7, method, params }, session);
    expect(await response.json()).toHaveProperty('result');
  });

  it('are all named in the challenge of an operation, including those that the caller has', async () => {
    const session = await openSession(app.url, bearer('clerk'));
    const message = { id: 7, method: 'tools/call', params: { name: 'orders_cancel' } };
    const response = await postMessage(app.url, message, session);
    expect(response.headers.get('www-authenticate')).toContain('scope="orders write"');
  });

  const completions = [
    ['of a prompt', { type: 'ref/prompt', name: 'orders_review' }, 'order', 'orders'],
    ['of a resource template', { type: 'ref/resource', uri: 'orders://by/{id}' }, 'id', 'orders'],
    ['that ask for more themselves', { type: 'ref/prompt', name: 'greet' }, 'name', 'names'],
  ] as const;

  it.each(completions)(
    'refuse completions %s by status and challenge',
    async (_what, ref, name, scope) => {
      const params = { ref, argument: { name, value: '' } };
      const message = { id: 7, method: 'completion/complete', params };
      const guest = await openSession(app.url, bearer('guest'));
      const refused = await postMessage(app.url, message, guest);
      expect(refused.status).toBe(403);
      expect(refused.headers.get('www-authenticate')).toContain(`scope="${scope}"`);
      const anonymous = await postMessage(app.url, message, await openSession(app.url));
      expect(anonymous.status).toBe(401);
      const boss = await openSession(app.url, bearer('boss'));
      expect(await (await postMessage(app.url, message, boss)).json()).toHaveProperty('result');
    },
  );

  it('refuse over SSE with a JSON-RPC error, because the POST has been answered already', async () => {
    const client = await app.connect({ over: 'sse', token: 'guest' });
    await expect(client.callTool({ name: 'orders_find' })).rejects.toMatchObject({
      data: { error: 'insufficient_scope', scope: 'orders' },
    });
    await expect(client.readResource({ uri: 'orders://all' })).rejects.toThrow(
      'insufficient_scope',
    );
    await expect(client.getPrompt({ name: 'orders_review' })).rejects.toThrow('insufficient_scope');
  });
});

describe('scopes', () => {
  it('apply if the server authenticates no caller', async () => {
    const app = await startApp({
      mcp: { name: 'shop', version: '1' },

      providers: [Orders],
    });
    expect(await listsOf(app, 'http')).toEqual([]);
    const session = await openSession(app.url);
    const message = { id: 1, method: 'tools/call', params: { name: 'orders_find' } };
    const response = await postMessage(app.url, message, session);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('scope="orders"');
    await app.close();
  });

  it('are all granted by a static token without a list', async () => {
    const app = await start({ auth: { verifier: staticTokens('bare') } });
    expect(await listsOf(app, 'http', 'bare')).toContain('orders_cancel');
    await app.close();
  });

  it('may include one another', async () => {
    const app = await start({
      auth: {
        ...auth,
        scopeSatisfies: (required, granted) =>
          granted.includes(required) || (required === 'write' && granted.includes('orders')),
      },
    });
    const client = await app.connect({ token: 'clerk' });
    const result = await client.callTool({ name: 'orders_cancel' });
    expect(result.content).toEqual([{ type: 'text', text: 'cancelled' }]);
    await app.close();
  });

  it('do not hide primitives from lists with listUnscoped, and still protect the calls', async () => {
    const app = await start({ auth: { ...auth, listUnscoped: true } });
    expect(await listsOf(app, 'sse', 'guest')).toContain('orders_cancel');
    const session = await openSession(app.url, bearer('guest'));
    const message = { id: 1, method: 'tools/call', params: { name: 'orders_cancel' } };
    expect((await postMessage(app.url, message, session)).status).toBe(403);
    await app.close();
  });

  it('that no token can contain stop the boot', async () => {
    class Wrong {
      @McpTool({ scopes: ['two words'] })
      act() {
        return 1;
      }
    }
    await expect(start({ providers: [Wrong] })).rejects.toThrow(/Wrong\.act: 'two words'/);
  });

  it('protect what is added at run time', async () => {
    const app = await start({ providers: [] });
    const server = app.app.get<McpServerRef>('nestjs-mcp:server');
    server.tools.add({ name: 'late', scopes: ['write'], handler: () => 'done' });
    expect(await listsOf(app, 'http', 'clerk')).toEqual([]);
    expect(await listsOf(app, 'http', 'boss')).toEqual(['late']);
    expect(server.tools.list().map(({ name }) => name)).toEqual(['late']);
    await app.close();
  });

  it('hide what is added to lists that every caller has seen completely', async () => {
    const app = await start({ providers: [] });
    const server = app.app.get<McpServerRef>('nestjs-mcp:server');
    server.tools.add({ name: 'open', handler: () => 'done' });
    server.resources.add({ uri: 'open://resource', name: 'page', handler: () => 'read' });
    const seen = ['open', 'page'];
    expect(await listsOf(app, 'http', 'clerk')).toEqual(seen);
    const remove = [
      server.tools.add({ name: 'late', scopes: ['write'], handler: () => 'done' }),
      server.resources.add({
        uri: 'late://1',
        name: 'hidden',
        visibility: () => false,
        handler: () => '',
      }),
    ];
    expect(await listsOf(app, 'http', 'clerk')).toEqual(seen);
    expect(await listsOf(app, 'http', 'boss')).toEqual(['late', ...seen]);
    for (const one of remove) one();
    expect(await listsOf(app, 'http', 'boss')).toEqual(seen);
    await app.close();
  });
});
