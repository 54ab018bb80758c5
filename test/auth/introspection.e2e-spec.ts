import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { introspection, type IntrospectionOptions, type McpAuth } from 'nestjs-mcp';
import { startApp, type StartedApp } from '../support/start-app.js';
import { bearer, initialize, postMessage } from './requests.js';

interface Asked {
  authorization: string | undefined;
  body: string;
}

async function statusOf(app: StartedApp, token: string): Promise<number> {
  return (await postMessage(app.url, initialize, bearer(token))).status;
}

describe('Tokens that are introspected at their issuer', () => {
  const asked: Asked[] = [];
  let answer: { status?: number; body: unknown };
  let server: Server;
  /** Answers that are held back, while this is a list. */
  let held: (() => void)[] | undefined;
  let onAsked: () => void = () => undefined;
  const secrets = { clientId: 'my server', clientSecret: 'p:ss&word' };
  const reached = (count: number): Promise<void> =>
    new Promise((resolve) => {
      onAsked = () => void (asked.length >= count && resolve());
      onAsked();
    });
  const apps: StartedApp[] = [];

  beforeEach(async () => {
    asked.length = 0;
    answer = { body: { active: true, sub: 'anna', scope: 'read *' } };
    server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        asked.push({ authorization: request.headers.authorization, body });
        const write = (): void => {
          response.writeHead(answer.status ?? 200, {
            'content-type': 'application/json',
            location: '/elsewhere',
          });
          const { body: value } = answer;
          response.end(typeof value === 'string' ? value : JSON.stringify(value));
        };
        if (held) held.push(write);
        else write();
        onAsked();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    for (const release of held ?? []) release();
    held = undefined;
    await stop();
    for (const app of apps.splice(0)) await app.close();
  });

  function stop(): Promise<void> {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  }

  async function start(options: Partial<IntrospectionOptions> = {}): Promise<StartedApp> {
    const { port } = server.address() as AddressInfo;
    const verifier = introspection({
      endpoint: `http://127.0.0.1:${port}/introspect`,
      ...secrets,
      ...options,
    });
    const app = await startApp({ mcp: { name: 'shop', version: '1', auth: { verifier } } });
    apps.push(app);
    return app;
  }

  it('accept every caller whose token is active, and authenticate the server to the issuer', async () => {
    const app = await start();
    expect(await statusOf(app, 'opaque')).toBe(200);
    const credentials = Buffer.from('my+server:p%3Ass%26word').toString('base64');
    expect(asked).toEqual([
      { authorization: `Basic ${credentials}`, body: 'token=opaque&token_type_hint=access_token' },
    ]);
  });

  it('are refused when they are inactive, or meant for another service', async () => {
    const app = await start({ audience: 'https://api.example.com' });
    answer = { body: { active: false } };
    expect(await statusOf(app, 'revoked')).toBe(401);
    answer = { body: { active: true, sub: 'anna', aud: 'https://other.example.com' } };
    expect(await statusOf(app, 'foreign')).toBe(401);
    answer = { body: { active: true, sub: 'anna' } };
    expect(await statusOf(app, 'unaddressed')).toBe(401);
    answer = { body: { active: true, sub: 'anna', aud: ['https://api.example.com/'] } };
    expect(await statusOf(app, 'mine')).toBe(200);
    answer = { body: { active: 'true', sub: 'anna', aud: 'https://api.example.com' } };
    expect(await statusOf(app, 'nearly')).toBe(401);
  });

  it.each([
    ['fails', { status: 500, body: 'down' }],
    ['does not know this server', { status: 401, body: {} }],
    ['sends the server elsewhere', { status: 307, body: '' }],
    ['answers nonsense', { body: '<html>' }],
    ['answers something else', { body: ['active'] }],
    ['writes exp as a text', { body: { active: true, sub: 'anna', exp: '1' } }],
    ['writes exp as a date', { body: { active: true, sub: 'anna', exp: '2020-01-01T00:00:00Z' } }],
    ['writes exp as a list', { body: { active: true, sub: 'anna', exp: [1] } }],
    ['writes an exp that never ends', { body: '{"active":true,"sub":"anna","exp":1e999}' }],
  ])('are answered 503 when the issuer %s', async (_what, given) => {
    answer = given;
    const app = await start();
    expect(await statusOf(app, 'opaque')).toBe(503);
    expect(app.log.lines.join('\n')).toMatch(/ERROR .*auth\.verifier failed/);
    expect(app.log.lines.join('\n')).not.toMatch(/opaque|p:ss/);
  });

  it('are answered 503 when the issuer is unreachable', async () => {
    const app = await start();
    await stop();
    expect(await statusOf(app, 'opaque')).toBe(503);
  });

  it('are introspected once during the lifetime of the answer, and each time without a cache', async () => {
    const app = await start();
    await Promise.all([1, 2, 3].map(() => statusOf(app, 'opaque')));
    expect(await statusOf(app, 'opaque')).toBe(200);
    expect(asked).toHaveLength(1);

    const careful = await start({ cache: false });
    expect(await statusOf(careful, 'opaque')).toBe(200);
    answer = { body: { active: false } };
    expect(await statusOf(careful, 'opaque')).toBe(401);
    expect(asked).toHaveLength(3);
  });

  it('are cached no longer than they are valid, and in a limited number', async () => {
    const app = await start({ cache: { max: 2 } });
    for (const token of ['a', 'b', 'c', 'c', 'b', 'a'])
      expect(await statusOf(app, token)).toBe(200);
    expect(asked.map(({ body }) => body.slice(6, 7))).toEqual(['a', 'b', 'c', 'a']);

    answer = { body: { active: true, sub: 'anna', exp: Math.floor(Date.now() / 1_000) - 5 } };
    expect(await statusOf(app, 'old')).toBe(401);
    expect(await statusOf(app, 'old')).toBe(401);
    expect(asked).toHaveLength(6);
  });

  it('that were refused are introspected again only after a while', async () => {
    const app = await start({ refusals: { ttl: 200 } });
    answer = { body: { active: false } };
    expect(await Promise.all([1, 2, 3].map(() => statusOf(app, 'dead')))).toEqual([401, 401, 401]);
    expect(await statusOf(app, 'dead')).toBe(401);
    expect(asked).toHaveLength(1);
    answer = { body: { active: true, sub: 'anna' } };
    const { now } = Date;
    Date.now = () => now() + 201;
    try {
      expect(await statusOf(app, 'dead')).toBe(200);
    } finally {
      Date.now = now;
    }
  });

  it('that were refused are cached separately and in a limited number', async () => {
    const app = await start({ refusals: { max: 1 } });
    expect(await statusOf(app, 'good')).toBe(200);
    answer = { body: { active: false } };
    for (const token of ['a', 'b', 'b', 'a']) expect(await statusOf(app, token)).toBe(401);
    expect(await statusOf(app, 'good')).toBe(200);
    expect(asked.map(({ body }) => body.slice(6, 7))).toEqual(['g', 'a', 'b', 'a']);
  });

  it('beyond the concurrency are answered 503, while cached ones are accepted; one token is introspected once', async () => {
    const app = await start({ concurrency: 2 });
    expect(await statusOf(app, 'known')).toBe(200);
    held = [];
    const first = [statusOf(app, 'one'), statusOf(app, 'one'), statusOf(app, 'two')];
    await reached(3);
    expect(await statusOf(app, 'three')).toBe(503);
    expect(await statusOf(app, 'four')).toBe(503);
    expect(await statusOf(app, 'known')).toBe(200);
    const waiting = held;
    held = undefined;
    for (const release of waiting) release();
    expect(await Promise.all(first)).toEqual([200, 200, 200]);
    expect(asked).toHaveLength(3);
    expect(await statusOf(app, 'three')).toBe(200);
    // A caller who sends unknown tokens does not fill the log.
    expect(app.log.lines.filter((line) => line.includes('auth.verifier failed'))).toHaveLength(1);
    expect(() =>
      introspection({ endpoint: 'http://127.0.0.1:9', ...secrets, concurrency: 0 }),
    ).toThrow(/concurrency is 0/);
  });

  it('that are bound to a key of their sender are refused', async () => {
    const app = await start();
    answer = { body: { active: true, sub: 'anna', cnf: { jkt: 'thumb' } } };
    expect(await statusOf(app, 'bound')).toBe(401);
    answer = { body: { active: true, sub: 'anna', token_type: 'DPoP' } };
    expect(await statusOf(app, 'dpop')).toBe(401);
    answer = { body: { active: true, sub: 'anna', token_type: 'Bearer' } };
    expect(await statusOf(app, 'bearer')).toBe(200);
  });

  it('give each request a separate caller object', async () => {
    const { port } = server.address() as AddressInfo;
    const verifier = introspection({
      endpoint: `http://127.0.0.1:${port}/introspect`,
      ...secrets,
    });
    answer = { body: { active: true, sub: 'anna', scope: 'read', org: { roles: ['clerk'] } } };
    const spoil = ({ scopes, claims }: McpAuth): void => {
      scopes.push('admin');
      (claims as { org: { roles: string[] } }).org.roles.push('boss');
    };
    const both = await Promise.all([verifier.verify('t', {}), verifier.verify('t', {})]);
    spoil(both[0] as McpAuth);
    for (const caller of [both[1], await verifier.verify('t', {})]) {
      expect(caller).toMatchObject({ scopes: ['read'], claims: { org: { roles: ['clerk'] } } });
    }
    expect(asked).toHaveLength(1);
  });
});
