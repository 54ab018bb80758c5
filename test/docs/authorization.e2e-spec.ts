import { fileURLToPath } from 'node:url';
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Type } from '@nestjs/common';
import { SignJWT } from 'jose';
import { McpContext, McpModule, McpTool, type TokenVerifier } from 'nestjs-mcp';
import { freePort, startApp, type StartedApp, type StartOptions } from '../support/start-app.js';
import { bearer } from '../auth/requests.js';
import { AuthorizationServer } from '../auth/authorization.server.js';
import { Wallet } from '../auth/wallet.js';
import { codeBlocksOf, readPages } from './code-blocks.js';
import { startLoginServer } from './login.server.js';
import { fileNameOf } from './typescript-blocks.js';
import { writeBlocks, type WrittenBlocks } from './written-blocks.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readPages(root).find(({ path }) => path === 'docs/authorization.md')!;
const audience = 'https://api.example.com';
const environment = {
  MCP_TOKENS: 'one,another',
  CI_TOKEN: 'token-of-the-job',
  BOT_TOKEN: 'token-of-the-bot',
  CLIENT_SECRET: 'secret-of-the-server',
  API_KEY: 'key-of-anna',
  JWT_SECRET: 'thirty-two bytes are long enough',
};

class WhoTools {
  @McpTool()
  whoAmI({ auth }: McpContext) {
    return { subject: auth?.subject, scopes: auth?.scopes };
  }
}

/** Stands for the application's own way of knowing its users. */
function takeRole(
  request: { headers: { role?: string }; user?: object },
  _response: unknown,
  next: () => void,
): void {
  request.user = { roles: [request.headers.role] };
  next();
}

function signShared(): Promise<string> {
  return new SignJWT({ aud: audience, sub: 'anna', scope: 'orders:read' })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('1m')
    .sign(Buffer.from(environment.JWT_SECRET));
}

describe('the page about authorization', () => {
  let login: Awaited<ReturnType<typeof startLoginServer>>;
  let blocks: WrittenBlocks;
  const apps: StartedApp[] = [];

  beforeAll(async () => {
    Object.assign(process.env, environment);
    login = await startLoginServer(audience, `inventory:${environment.CLIENT_SECRET}`);
    blocks = writeBlocks(root, page, { 'https://login.example.com': login.url });
  });
  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close();
  });
  afterAll(async () => {
    blocks.remove();
    await login.stop();
  });

  async function start(options: StartOptions): Promise<StartedApp> {
    const app = await startApp({ mcp: false, ...options });
    apps.push(app);
    return app;
  }

  async function load<T>(file: string, name: string, from = blocks): Promise<T> {
    const { [name]: value } = await from.load(file);
    return value as T;
  }

  const ways: [way: string, token: () => string | Promise<string>, caller: object][] = [
    ['static-tokens', () => 'another', { subject: expect.any(String), scopes: ['*'] }],
    ['jwt', () => login.sign(), { subject: 'anna', scopes: ['orders:read'] }],
    ['introspection', () => 'opaque', { subject: 'anna', scopes: ['orders:read'] }],
    ['api-keys', () => environment.API_KEY, { subject: 'anna', scopes: ['orders:read'] }],
    ['passport', signShared, { subject: 'anna', scopes: ['orders:read'] }],
  ];

  it.each(ways)('accepts by %s a caller with a token, and no other', async (way, token, caller) => {
    const module = await load<Type>(`${way}/app.module.ts`, 'AppModule');
    const app = await start({ imports: [module], providers: [WhoTools] });
    await expect(app.connect()).rejects.toMatchObject({ code: 401 });
    await expect(app.connect({ token: 'forged' })).rejects.toMatchObject({ code: 401 });

    const client = await app.connect({ token: await token() });
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['who_am_i']);
    const { structuredContent } = await client.callTool({ name: 'who_am_i' });
    expect(structuredContent).toEqual(caller);
  });

  it('leads a client of the SDK by OAuth from 401 to a call', async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const authority = new AuthorizationServer();
    await authority.start(url, ['orders:read']);
    const hosts = { 'https://login.example.com': authority.issuer, [audience]: url };
    const own = writeBlocks(root, page, hosts);
    try {
      const module = await load<Type>('oauth/app.module.ts', 'AppModule', own);
      const app = await start({ port, imports: [module], providers: [WhoTools] });
      const authProvider = new Wallet();
      const transport = () =>
        new StreamableHTTPClientTransport(new URL('/mcp', url), { authProvider });
      const stranger = transport();
      await expect(app.connect({ transport: stranger })).rejects.toThrow(UnauthorizedError);
      expect((await authProvider.agree(stranger)).get('resource')).toBe(url);
      const client = await app.connect({ transport: transport() });
      const { structuredContent } = await client.callTool({ name: 'who_am_i' });
      expect(structuredContent).toEqual({ subject: 'anna', scopes: ['orders:read'] });
    } finally {
      own.remove();
      await authority.stop();
    }
  });

  it('shows named tokens the tools of their scopes, over MCP and on the own route', async () => {
    const verifier = await load<TokenVerifier>('static-tokens/named.tokens.ts', 'verifier');
    const imports = [McpModule.forRoot({ name: 'orders', version: '1', auth: { verifier } })];
    const providers = [await load<Type>('orders/order.tools.ts', 'OrderTools')];
    const controllers = [await load<Type>('tools/tools.controller.ts', 'ToolsController')];
    const app = await start({ imports, providers, controllers });
    const job = await app.connect({ token: environment.CI_TOKEN });
    const bot = await app.connect({ token: environment.BOT_TOKEN });
    expect((await job.listTools()).tools).toHaveLength(1);
    expect((await bot.listTools()).tools).toHaveLength(2);

    expect((await fetch(`${app.url}/tools`)).status).toBe(401);
    const seen = await fetch(`${app.url}/tools`, { headers: bearer(environment.CI_TOKEN) });
    expect(await seen.json()).toMatchObject({ tools: (await job.listTools()).tools });
  });

  it('hides the tools of a role from callers without it', async () => {
    const imports = [await load<Type>('staff/app.module.ts', 'AppModule')];
    const app = await start({ imports, configure: (own) => own.use(takeRole) });
    const asRole = async (role: string) => {
      const headers = { ...bearer('one'), role };
      const client = await app.connect({ headers });
      return (await client.listTools()).tools.map(({ name }) => name);
    };
    expect(await asRole('guest')).toEqual([]);
    expect(await asRole('admin')).toEqual(['close_account']);
  });

  it.each(
    codeBlocksOf(page)
      .filter(({ language }) => language === 'ts')
      .map(fileNameOf)
      .filter((file) => !file.endsWith('.spec.ts')),
  )('has a block %s that runs', async (file) => {
    expect(Object.keys(await blocks.load(file))).not.toEqual([]);
  });
});
