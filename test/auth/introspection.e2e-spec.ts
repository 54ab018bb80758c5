import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { introspection, McpModule, type IntrospectionOptions } from 'nestjs-mcp';
import { bearer, initialize, postMessage, startAuthApp, type AuthApp } from './auth-app.js';

interface Asked {
  authorization: string | undefined;
  body: string;
}

async function statusOf(app: AuthApp, token: string): Promise<number> {
  return (await postMessage(app.url, initialize, bearer(token))).status;
}

describe('tokens that their issuer is asked about', () => {
  const asked: Asked[] = [];
  let answer: { status?: number; body: unknown };
  let server: Server;
  const apps: AuthApp[] = [];

  beforeEach(async () => {
    asked.length = 0;
    answer = { body: { active: true, sub: 'anna', scope: 'read *' } };
    server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        asked.push({ authorization: request.headers.authorization, body });
        response.writeHead(answer.status ?? 200, {
          'content-type': 'application/json',
          location: '/elsewhere',
        });
        const { body: value } = answer;
        response.end(typeof value === 'string' ? value : JSON.stringify(value));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close();
    await stop();
  });

  function stop(): Promise<void> {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  }

  async function start(options: Partial<IntrospectionOptions> = {}): Promise<AuthApp> {
    const { port } = server.address() as AddressInfo;
    const verifier = introspection({
      endpoint: `http://127.0.0.1:${port}/introspect`,
      clientId: 'my server',
      clientSecret: 'p:ss&word',
      ...options,
    });
    const app = await startAuthApp({
      imports: [McpModule.forRoot({ name: 'shop', version: '1', auth: { verifier } })],
    });
    apps.push(app);
    return app;
  }

  it('let in whoever the issuer says is active, and identify the server to it', async () => {
    const app = await start();
    expect(await statusOf(app, 'opaque')).toBe(200);
    const credentials = Buffer.from('my+server:p%3Ass%26word').toString('base64');
    expect(asked).toEqual([
      { authorization: `Basic ${credentials}`, body: 'token=opaque&token_type_hint=access_token' },
    ]);
  });

  it('are refused when they are not active, or are meant for another service', async () => {
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
  ])('are 503 when the issuer %s', async (_what, given) => {
    answer = given;
    const app = await start();
    expect(await statusOf(app, 'opaque')).toBe(503);
    expect(app.log.join('\n')).toMatch(/ERROR .*auth\.verifier failed/);
    expect(app.log.join('\n')).not.toMatch(/opaque|p:ss/);
  });

  it('are 503 when the issuer is not there', async () => {
    const app = await start();
    await stop();
    expect(await statusOf(app, 'opaque')).toBe(503);
  });

  it('are asked about once as long as the answer holds, and each time without a cache', async () => {
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

  it('are kept no longer than they live, and no more than so many', async () => {
    const app = await start({ cache: { max: 2 } });
    for (const token of ['a', 'b', 'c', 'c', 'b', 'a'])
      expect(await statusOf(app, token)).toBe(200);
    expect(asked.map(({ body }) => body.slice(6, 7))).toEqual(['a', 'b', 'c', 'a']);

    answer = { body: { active: true, sub: 'anna', exp: Math.floor(Date.now() / 1_000) - 5 } };
    expect(await statusOf(app, 'old')).toBe(401);
    expect(await statusOf(app, 'old')).toBe(401);
    expect(asked).toHaveLength(6);
  });
});
