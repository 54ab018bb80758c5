import {
  Controller,
  Get,
  Injectable,
  Module,
  Req,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import {
  BearerAuthGuard,
  McpContext,
  McpModule,
  McpTool,
  staticTokens,
  type McpAuth,
  type McpAuthOptions,
} from 'nestjs-mcp';
import { adapters, startApp, httpWays, type StartedApp } from '../support/start-app.js';
import { bearer, initialize, openSession, postMessage } from './requests.js';

@Injectable()
class WhoTools {
  @McpTool()
  whoAmI(context: McpContext) {
    return { subject: context.auth?.subject, scopes: context.auth?.scopes };
  }
}

@Injectable()
class ScopedTools {
  @McpTool({ scopes: ['all:write'] })
  write() {
    return 'written';
  }
}

@Injectable()
class LongTools {
  aborted: Promise<void>;
  #done: () => void;

  constructor() {
    this.aborted = new Promise((resolve) => (this.#done = resolve));
  }

  @McpTool()
  async work(context: McpContext): Promise<string> {
    await context.progress(1);
    await new Promise<void>((resolve) => {
      context.signal.addEventListener('abort', () => resolve());
    });
    this.#done();
    return 'too late';
  }
}

@UseGuards(BearerAuthGuard)
@Controller('own')
class OwnController {
  @Get()
  who(@Req() request: { auth?: McpAuth }) {
    return { subject: request.auth?.subject ?? null };
  }
}

const ci = { ci: { token: 'secret-of-ci', scopes: ['read'] } };

function start(auth: McpAuthOptions | undefined, adapter: 'express' | 'fastify' = 'express') {
  return startApp({
    mcp: { name: 'shop', version: '1', ...(auth && { auth }) },
    adapter,
    providers: [WhoTools, ScopedTools],
    controllers: [OwnController],
  });
}

const routes = [
  ['POST', '/mcp'],
  ['GET', '/mcp'],
  ['DELETE', '/mcp'],
  ['GET', '/sse'],
  ['POST', '/messages'],
  ['GET', '/own'],
] as const;

describe.each(adapters)('static tokens on %s', (adapter) => {
  let app: StartedApp;
  beforeAll(async () => {
    app = await start({ verifier: staticTokens({ ...ci }) }, adapter);
  });
  afterAll(() => app.close());

  it.each(routes)('%s %s requires a token from anonymous callers', async (method, path) => {
    const response = await fetch(app.url + path, { method });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="shop"');
  });

  it.each(routes)('%s %s refuses a wrong token as invalid', async (method, path) => {
    const response = await fetch(app.url + path, { method, headers: bearer('wrong') });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  it.each(routes)('%s %s ignores a token in the query', async (method, path) => {
    const url = `${app.url + path}?access_token=secret-of-ci&token=secret-of-ci`;
    const response = await fetch(url, { method });
    expect(response.status).toBe(401);
    expect(app.log.lines.join('\n')).not.toContain('secret-of-ci');
  });

  it.each(httpWays)('accept a client with a token over %s, under its own subject', async (over) => {
    const client = await app.connect({ over, token: 'secret-of-ci' });
    const result = await client.callTool({ name: 'who_am_i' });
    expect(result.structuredContent).toEqual({ subject: 'ci', scopes: ['read'] });
  });

  it('protect a route of the application, and pass the caller to it', async () => {
    const response = await fetch(`${app.url}/own`, { headers: bearer('secret-of-ci') });
    expect(await response.json()).toEqual({ subject: 'ci' });
  });
});

describe('a bearer token', () => {
  it('without a list of scopes has a hash as its subject, and every scope', async () => {
    const app = await start({ verifier: staticTokens('a-token, another') });
    const client = await app.connect({ token: 'another' });
    const { structuredContent } = await client.callTool({ name: 'who_am_i' });
    expect(structuredContent).toEqual({
      subject: expect.stringMatching(/^[0-9a-f]{64}$/),
      scopes: ['*'],
    });
    await app.close();
  });

  it('that is malformed is refused as invalid, and another scheme counts as no token', async () => {
    const app = await start({ verifier: staticTokens('a-token'), optional: true });
    const answer = async (authorization: string) => {
      const response = await postMessage(app.url, initialize, { authorization });
      return [response.status, response.headers.get('www-authenticate')];
    };
    const invalid =
      'Bearer realm="shop", error="invalid_token", error_description="The token is not valid"';
    expect(await answer('Bearer')).toEqual([401, invalid]);
    expect(await answer('Bearer a b')).toEqual([401, invalid]);
    expect(await answer('Basic YTpi')).toEqual([401, 'Bearer realm="shop"']);
    expect(await answer('bearer a-token')).toEqual([200, null]);
    await app.close();
  });

  it('is not required if the server makes it optional', async () => {
    const app = await start({ verifier: staticTokens('a-token'), optional: true });
    const client = await app.connect({ over: 'sse' });
    const { structuredContent } = await client.callTool({ name: 'who_am_i' });
    expect(structuredContent).toEqual({});
    await app.close();
  });
});

const verifier = (verify: () => Promise<unknown>) => ({
  verify: verify as () => Promise<McpAuth>,
});

describe('a verifier', () => {
  it('that is down is answered 503, accepts no caller, and is logged without the token', async () => {
    const app = await start({
      verifier: verifier(() => Promise.reject(new Error('the database is gone'))),
      optional: true,
    });
    const response = await postMessage(app.url, initialize, bearer('a-secret-token'));
    expect(response.status).toBe(503);
    expect(await response.text()).not.toContain('database');
    expect(app.log.lines.join('\n')).toContain('the database is gone');
    expect(app.log.lines.join('\n')).not.toContain('a-secret-token');
    await app.close();
  });

  it('that returns an expired caller has it refused as such', async () => {
    const expiresAt = Math.floor(Date.now() / 1_000) - 1;
    const app = await start({
      verifier: verifier(() => Promise.resolve({ subject: 'a', scopes: [], expiresAt })),
    });
    const response = await postMessage(app.url, initialize, bearer('old'));
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain(
      'error="invalid_token", error_description="The token has expired"',
    );
    await app.close();
  });

  it('that returns no subject has the caller refused and the reason logged', async () => {
    const app = await start({ verifier: verifier(() => Promise.resolve({ scopes: [] })) });
    const response = await postMessage(app.url, initialize, bearer('any'));
    expect(response.status).toBe(403);
    expect(app.log.lines.join('\n')).toMatch(/ERROR .*without a subject/);
    await app.close();
  });
});

/** What a verifier or `auth.principal` may return in plain JavaScript. */
const malformed: [string, object][] = [
  ['a text of scopes, which includes the wanted one', { scopes: 'xall:write' }],
  ['an object in place of scopes', { scopes: { all: true } }],
  ['a scope that is no text', { scopes: ['all', 7] }],
  ['a truth value as subject', { subject: true }],
  ['an object as subject', { subject: { id: 7 } }],
  ['an expiresAt that is NaN', { expiresAt: NaN }],
  ['an expiresAt without end', { expiresAt: Infinity }],
  ['an expiresAt that is a date', { expiresAt: new Date(0) }],
  ['an expiresAt that is a text', { expiresAt: '1' }],
  ['an expiresAt that is a bigint', { expiresAt: 1n }],
  ['an expiresAt that is null', { expiresAt: null }],
];

const wholeCaller = { subject: 'a', scopes: ['all'] };

describe('A caller with the id of a row as its subject, and without scopes', () => {
  const row = { subject: 7 } as never;

  it.each([
    ['a verifier', { verifier: verifier(() => Promise.resolve(row)) }],
    ['auth.principal', { principal: () => row }],
  ])('comes in when %s returns it, as a text, with no scope', async (_who, auth) => {
    const app = await start(auth);
    const response = await postMessage(app.url, initialize, bearer('any'));
    expect(response.status).toBe(200);
    const session = {
      ...bearer('any'),
      'mcp-session-id': String(response.headers.get('mcp-session-id')),
    };
    const message = { id: 1, method: 'tools/call', params: { name: 'write' } };
    expect((await postMessage(app.url, message, session)).status).toBe(403);
    await app.close();
  });
});

describe('A caller that is not well formed', () => {
  const refusedBy = async (app: StartedApp, who: string): Promise<void> => {
    const message = { id: 1, method: 'tools/call', params: { name: 'write' } };
    for (const sent of [initialize, message]) {
      const response = await postMessage(app.url, sent, bearer('any'));
      expect(response.status).toBe(403);
      expect(await response.text()).toContain('The caller is not well formed');
    }
    const returned = new RegExp(`ERROR .*${who} returned a caller whose .*: refused. Return \\{`);
    expect(app.log.lines.join('\n')).toMatch(returned);
  };

  it.each(malformed)('is refused when a verifier returns %s', async (_what, part) => {
    const caller = { ...wholeCaller, ...part };
    const app = await start({ verifier: verifier(() => Promise.resolve(caller)) });
    await refusedBy(app, 'auth.verifier');
    await app.close();
  });

  it.each(malformed)('is refused when auth.principal returns %s', async (_what, part) => {
    const app = await start({ principal: () => ({ ...wholeCaller, ...part }) });
    await refusedBy(app, 'auth.principal');
    await app.close();
  });
});

describe('The expiry of a token', () => {
  it.each(['/mcp', '/sse'])('ends the stream of GET %s', async (path) => {
    let expiresAt = Date.now() / 1_000 + 60;
    const app = await start({
      verifier: { verify: () => Promise.resolve({ subject: 'a', scopes: [], expiresAt }) },
    });
    const headers = path === '/mcp' ? await openSession(app.url, bearer('brief')) : bearer('brief');
    // What came before may have taken long on a busy machine.
    expiresAt = Date.now() / 1_000 + 1;
    const response = await fetch(app.url + path, {
      headers: { ...headers, accept: 'text/event-stream' },
    });
    expect(response.status).toBe(200);
    await response.text();
    expect(Date.now() / 1_000).toBeGreaterThanOrEqual(expiresAt - 0.01);
    const after = await postMessage(app.url, { id: 1, method: 'tools/list' }, headers);
    expect(after.status).toBe(401);
    await app.close();
  });
});

describe('The expiry of a token during a call', () => {
  const startLong = async (resumeTimeout: number) => {
    const app = await startApp({
      mcp: {
        name: 'shop',
        version: '1',
        sessions: { resumeTimeout },
        auth: {
          verifier: {
            // Half a second from each request on, however slow the machine is.
            verify: async () => ({
              subject: 'a',
              scopes: [],
              expiresAt: Date.now() / 1_000 + 0.5,
            }),
          },
        },
      },

      providers: [LongTools],
    });
    return app;
  };
  const call = {
    id: 1,
    method: 'tools/call',
    params: { name: 'work', arguments: {}, _meta: { progressToken: 1 } },
  };

  it('ends the stream of the POST in a session, and the call when its client does not resume it', async () => {
    const app = await startLong(50);
    const session = await openSession(app.url, bearer('brief'));
    const sent = Date.now();
    const response = await postMessage(app.url, call, session);
    const text = await response.text();
    expect(text).toContain('notifications/progress');
    expect(text).not.toContain('too late');
    expect(Date.now() - sent).toBeGreaterThanOrEqual(490);
    await app.app.get(LongTools).aborted;
    await app.close();
  });

  it('ends the stream of a modern POST, and the call with it', async () => {
    const app = await startLong(60_000);
    const response = await postMessage(
      app.url,
      {
        ...call,
        params: {
          ...call.params,
          _meta: {
            progressToken: 1,
            'io.modelcontextprotocol/protocolVersion': '2026-07-28',
            'io.modelcontextprotocol/clientInfo': { name: 'hand', version: '1' },
            'io.modelcontextprotocol/clientCapabilities': {},
          },
        },
      },
      {
        ...bearer('brief'),
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'tools/call',
        'mcp-name': 'work',
      },
    );
    const text = await response.text();
    expect(text).toContain('notifications/progress');
    expect(text).not.toContain('too late');
    await app.app.get(LongTools).aborted;
    await app.close();
  });
});

describe('a session', () => {
  let app: StartedApp;
  beforeAll(async () => {
    const tokens = { anna: { token: 'a', scopes: [] }, bert: { token: 'b', scopes: [] } };
    app = await start({ verifier: staticTokens(tokens), optional: true });
  });
  afterAll(() => app.close());

  it('answers 404 to another caller and to an anonymous one', async () => {
    const session = await openSession(app.url, bearer('a'));
    const { authorization: _own, ...anonymous } = session;
    for (const headers of [{ ...session, ...bearer('b') }, anonymous]) {
      const message = { id: 1, method: 'tools/list' };
      expect((await postMessage(app.url, message, headers)).status).toBe(404);
      const stream = { ...headers, accept: 'text/event-stream' };
      expect((await fetch(`${app.url}/mcp`, { headers: stream })).status).toBe(404);
      expect((await fetch(`${app.url}/mcp`, { method: 'DELETE', headers })).status).toBe(404);
    }
    expect((await postMessage(app.url, { id: 2, method: 'ping' }, session)).status).toBe(200);
  });

  it('opened over SSE accepts messages from its owner only', async () => {
    const stream = await fetch(`${app.url}/sse`, { headers: bearer('a') });
    const reader = (stream.body as ReadableStream<Uint8Array>).getReader();
    const { value } = await reader.read();
    const [, endpoint] = /data: (\S+)/.exec(new TextDecoder().decode(value)) ?? [];
    const send = (headers: Record<string, string>) =>
      fetch(app.url + endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ jsonrpc: '2.0', ...initialize }),
      });
    expect((await send(bearer('b'))).status).toBe(404);
    expect((await send({})).status).toBe(404);
    expect((await send(bearer('a'))).status).toBe(202);
    await reader.cancel();
  });
});

async function callAs(app: StartedApp, user: unknown): Promise<unknown> {
  const session = await openSession(app.url, { 'x-user': JSON.stringify(user) });
  const message = { id: 1, method: 'tools/call', params: { name: 'who_am_i' } };
  const response = await postMessage(app.url, message, session);
  return ((await response.json()) as { result: { structuredContent: object } }).result
    .structuredContent;
}

describe('The caller of a request', () => {
  it('is the sender of that request, not the caller that opened the session', async () => {
    const scopes: Record<string, string[]> = { first: ['read'], second: ['read', 'write'] };
    const app = await start({
      verifier: {
        verify: (token) => Promise.resolve({ subject: 'anna', scopes: scopes[token] ?? [] }),
      },
    });
    const session = await openSession(app.url, bearer('first'));
    const message = { id: 1, method: 'tools/call', params: { name: 'who_am_i' } };
    const response = await postMessage(app.url, message, { ...session, ...bearer('second') });
    const { result } = (await response.json()) as { result: { structuredContent: object } };
    expect(result.structuredContent).toEqual({ subject: 'anna', scopes: ['read', 'write'] });
    await app.close();
  });

  @Injectable()
  class HeaderGuard implements CanActivate {
    canActivate(context: ExecutionContext): boolean {
      const request = context.switchToHttp().getRequest<{
        headers: Record<string, string | undefined>;
        user?: unknown;
      }>();
      const { 'x-user': user } = request.headers;
      if (user === undefined) return false;
      request.user = JSON.parse(user) as unknown;
      return true;
    }
  }

  function startGuarded(auth?: McpAuthOptions) {
    return startApp({
      mcp: {
        name: 'shop',
        version: '1',
        guards: [HeaderGuard],
        ...(auth && { auth }),
      },

      providers: [WhoTools],
    });
  }

  it('is set by the guard of the application, which cannot grant every scope', async () => {
    const app = await startGuarded();
    expect(await callAs(app, { id: 7, scope: 'read * write' })).toEqual({
      subject: '7',
      scopes: ['read', 'write'],
    });
    const response = await postMessage(app.url, initialize, { 'x-user': '{"name":"no id"}' });
    expect(response.status).toBe(403);
    expect(app.log.lines.join('\n')).toMatch(/ERROR .*no subject/);
    await app.close();
  });

  it('is determined by auth.principal, also without a verifier', async () => {
    const app = await startGuarded({
      principal: (request: { user: { name: string } }) => ({
        subject: request.user.name,
        scopes: ['all'],
      }),
    });
    expect(await callAs(app, { name: 'no id' })).toEqual({ subject: 'no id', scopes: ['all'] });
    await app.close();
  });

  it('is anonymous where auth.principal returns null', async () => {
    const app = await startGuarded({
      principal: (request) =>
        request.user.name === 'nobody' ? null : { subject: request.user.name, scopes: [] },
    });
    expect(await callAs(app, { name: 'Ada' })).toMatchObject({ subject: 'Ada' });
    expect(await callAs(app, { name: 'nobody' })).toEqual({});
    await app.close();
  });

  it('receives the challenge when a guard of the application refuses', async () => {
    const app = await startGuarded();
    const refused = await postMessage(app.url, initialize);
    expect(refused.status).toBe(403);
    expect(refused.headers.get('www-authenticate')).toBe('Bearer realm="shop"');
    const welcome = await postMessage(app.url, initialize, { 'x-user': '{"id":1}' });
    expect(welcome.headers.get('www-authenticate')).toBeNull();
    await app.close();
  });
});

describe('two servers', () => {
  @Module({ providers: [WhoTools] })
  class ShopModule {}

  const forShop = McpModule.forRoot({
    name: 'shop',
    version: '1',
    include: [ShopModule],
    auth: { verifier: staticTokens({ shopper: { token: 's', scopes: [] } }) },
  });
  const forAdmin = McpModule.forRoot({
    name: 'admin',
    version: '1',
    prefix: 'admin',
    auth: { verifier: staticTokens({ boss: { token: 'b', scopes: [] } }) },
  });

  @UseGuards(BearerAuthGuard.of('admin'))
  @Controller('reports')
  class ReportsController {
    @Get()
    read() {
      return {};
    }
  }

  it('accept their own callers only, and so does a route that names one of them', async () => {
    const app = await startApp({
      mcp: false,
      imports: [ShopModule, forShop, forAdmin],
      controllers: [ReportsController],
    });
    const open = async (path: string, token: string) => {
      const headers = { ...bearer(token), accept: 'text/event-stream' };
      const response = await fetch(app.url + path, { headers });
      await response.body?.cancel();
      return response.status;
    };
    expect(await open('/sse', 's')).toBe(200);
    expect(await open('/sse', 'b')).toBe(401);
    expect(await open('/admin/sse', 'b')).toBe(200);
    expect(await open('/admin/sse', 's')).toBe(401);
    expect(await open('/reports', 'b')).toBe(200);
    expect(await open('/reports', 's')).toBe(401);
    await app.close();
  });

  it('stop the boot if a route does not name the server whose tokens count', async () => {
    await expect(
      startApp({
        mcp: false,
        imports: [ShopModule, forShop, forAdmin],
        controllers: [OwnController],
      }),
    ).rejects.toThrow(/several servers: .*BearerAuthGuard\.of\('/);
  });
});
