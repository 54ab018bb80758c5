import { randomBytes } from 'node:crypto';
import { Injectable, Module, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { McpModule, McpTool, streamableHttp } from 'nestjs-mcp';
import { McpTestClient, type McpTestClientOptions } from 'nestjs-mcp/testing';
import { createShop, ShopService, StockService, toApp, tokens } from './shop.app.js';

const platforms = ['Express', 'Fastify'];
const refusal = (
  app: Parameters<typeof McpTestClient.connect>[0],
  options?: McpTestClientOptions,
): Promise<unknown> =>
  McpTestClient.connect(app, options).then(
    async (client) => {
      await client.close();
      return undefined;
    },
    (error: unknown) => error,
  );

describe.each(platforms)('The caller, on %s', (platform) => {
  it.each(['http', 'sse', 'memory'] as const)(
    'is the caller of the token over %s, and no caller for a wrong token',
    async (over) => {
      const app = toApp(await createShop({ auth: { verifier: tokens } }).compile(), platform);
      const client = await McpTestClient.connect(app, { over, token: 'manager-token' });
      expect((await client.callTool('whoami')).text).toBe('manager');
      await client.close();
      expect(await refusal(app, { over, token: 'wrong' })).toMatchObject({ status: 401 });
      if (over !== 'memory') {
        expect(await refusal(app, { over })).toMatchObject({
          status: 401,
          challenge: expect.stringContaining('Bearer'),
        });
      }
      await app.close();
    },
  );

  it.each(['http', 'sse', 'memory'] as const)(
    'sees what its scopes allow over %s',
    async (over) => {
      const app = toApp(await createShop({ auth: { verifier: tokens } }).compile(), platform);
      const names = async (scopes: string[]): Promise<string[]> => {
        const client = await McpTestClient.connect(app, { over, as: { subject: 'ann', scopes } });
        const tools = await client.listTools();
        await client.close();
        return tools.map(({ name }) => name);
      };
      expect(await names([])).not.toContain('remove');
      expect(await names(['stock:write'])).toContain('remove');
      const clerk = await McpTestClient.connect(app, { over, as: { subject: 'ann', scopes: [] } });
      const refused = clerk.callTool('remove', { sku: 'x' });
      await expect(refused).rejects.toMatchObject(over === 'http' ? { status: 403 } : {});
      await clerk.close();
      await app.close();
    },
  );

  it('cannot be set by a request from the network', async () => {
    const app = toApp(await createShop({ auth: { verifier: tokens } }).compile(), platform);
    await app.listen(0, '127.0.0.1');
    const known = await McpTestClient.connect(app, {
      over: 'http',
      as: { subject: 'ann', scopes: [] },
    });
    expect((await known.callTool('whoami')).text).toBe('ann');
    const answer = await fetch(`${await app.getUrl()}/mcp`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'nestjs-mcp-connection-caller': 'ann' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
    });
    expect(answer.status).toBe(401);
    await known.close();
    await app.close();
  });

  it('is refused when it has expired', async () => {
    const app = toApp(await createShop({ auth: { verifier: tokens } }).compile(), platform);
    const as = { subject: 'ann', scopes: [], expiresAt: 1 };
    expect(await refusal(app, { over: 'http', as })).toMatchObject({ status: 401 });
    await app.close();
  });
});

@Injectable()
class RoleGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    return context.switchToHttp().getRequest<{ auth?: { subject: string } }>().auth !== undefined;
  }
}

describe('An override of a testing module', () => {
  it('applies to the tools, without an application', async () => {
    const moduleRef = await createShop()
      .overrideProvider(StockService)
      .useValue({ stockOf: () => 42 })
      .compile();
    const client = await McpTestClient.connect(moduleRef);
    const { structured } = await client.callTool(ShopService, 'find', { sku: 'abc' });
    expect(structured).toEqual({ sku: 'abc', stock: 42 });
    await client.close();
    await moduleRef.close();
  });

  it('keeps the tools of a provider that is mocked by its class', async () => {
    const moduleRef = await createShop()
      .overrideProvider(ShopService)
      .useValue({ whoami: () => 'the mock' })
      .compile();
    const client = await McpTestClient.connect(moduleRef);
    expect((await client.callTool('whoami')).text).toBe('the mock');
    await client.close();
    await moduleRef.close();
  });

  it('disables a guard', async () => {
    const build = () =>
      Test.createTestingModule({
        imports: [McpModule.forRoot({ name: 'shop', version: '1.0.0' })],
        providers: [
          ShopService,
          StockService,
          RoleGuard,
          { provide: APP_GUARD, useExisting: RoleGuard },
        ],
      });
    const closed = toApp(await build().compile(), 'Express');
    expect(await refusal(closed, { over: 'http' })).toMatchObject({ status: 403 });
    await closed.close();
    const open = toApp(
      await build()
        .overrideProvider(RoleGuard)
        .useValue({ canActivate: () => true })
        .compile(),
      'Express',
    );
    const client = await McpTestClient.connect(open, { over: 'http' });
    expect((await client.callTool('whoami')).text).toBe('nobody');
    await client.close();
    await open.close();
  });
});

describe.each(platforms)('The server, on %s', (platform) => {
  it.each(['http', 'sse'] as const)(
    'is found over %s behind prefixes, a public path and its own host',
    async (over) => {
      const module = await createShop({
        prefix: 'shop',
        publicUrl: 'https://api.example.com/base',
        allowedHosts: ['shop.internal'],
      }).compile();
      const app = toApp(module, platform);
      app.setGlobalPrefix('api');
      expect(await refusal(app, { over })).toMatchObject({ status: 403 });
      const client = await McpTestClient.connect(app, { over, headers: { host: 'shop.internal' } });
      expect((await client.callTool('whoami')).text).toBe('nobody');
      await client.close();
      await app.close();
    },
  );

  it('works without a session', async () => {
    const transports = [streamableHttp({ stateless: true, responseMode: 'json' })];
    const app = toApp(await createShop({ transports }).compile(), platform);
    const client = await McpTestClient.connect(app, { over: 'http' });
    expect(await client.callTool('count', { to: 1 })).toMatchObject({ text: '1' });
    await client.close();
    expect(await refusal(app, { over: 'sse' })).toMatchObject({
      message: expect.stringContaining('Add sse() to its transports.'),
    });
    await app.close();
  });
});

@Injectable()
class Admin {
  @McpTool({ description: 'For administrators.' })
  restart(): string {
    return 'restarted';
  }
}

@Module({ providers: [Admin] })
class AdminModule {}

describe('Several servers', () => {
  it('are distinguished by name', async () => {
    const moduleRef = await Test.createTestingModule({
      imports: [
        McpModule.forRoot({ name: 'shop', version: '1.0.0' }),
        McpModule.forRoot({
          name: 'admin',
          version: '1.0.0',
          prefix: 'admin',
          include: [AdminModule],
          stateSecret: randomBytes(32).toString('hex'),
        }),
        AdminModule,
      ],
      providers: [ShopService, StockService],
    }).compile();
    const client = await McpTestClient.connect(moduleRef, { server: 'admin' });
    expect((await client.listTools()).map(({ name }) => name)).toEqual(['restart']);
    await client.close();
    expect(String(await refusal(moduleRef))).toContain('Name one: { server: ');
    expect(String(await refusal(moduleRef, { server: 'other' }))).toContain(
      "There is no server 'other'. Name one of: shop, admin.",
    );
    await moduleRef.close();
  });
});

describe('A client that cannot connect', () => {
  it('reports what the application lacks', async () => {
    const bare = await Test.createTestingModule({}).compile();
    expect(String(await refusal(bare))).toContain('Import McpModule.forRoot');
    const moduleRef = await createShop().compile();
    expect(String(await refusal(moduleRef, { over: 'http' }))).toContain(
      'moduleRef.createNestApplication()',
    );
    expect(String(await refusal(moduleRef, { token: 'x' }))).toContain('no auth.verifier');
    const app = toApp(await createShop().compile(), 'Express');
    expect(String(await refusal(app, { over: 'sse', era: 'modern' }))).toContain(
      'HTTP+SSE has no modern era',
    );
    await Promise.all([bare.close(), moduleRef.close(), app.close()]);
  });
});
