import { Injectable, Module } from '@nestjs/common';
import {
  getMcpServerToken,
  InjectMcpServer,
  McpGroup,
  McpModule,
  McpResource,
  McpServerRef,
  McpTool,
  sse,
  type McpOptionsFactory,
  type McpServerOptions,
} from 'nestjs-mcp';
import { bootError, httpWays, startApp, type StartedApp } from '../support/start-app.js';

@Injectable()
class AdminService {
  @McpTool()
  purge(): string {
    return 'purged';
  }

  @McpTool({ servers: ['shop', 'admin'] })
  status(): string {
    return 'fine';
  }
}

@McpGroup('audit', { servers: ['admin'] })
@Injectable()
class AuditService {
  @McpTool()
  read(): string {
    return 'read';
  }

  @McpTool({ servers: ['shop'] })
  open(): string {
    return 'open';
  }
}

@Injectable()
class ShopService {
  constructor(@InjectMcpServer('admin') readonly admin: McpServerRef) {}

  @McpTool()
  buy(): string {
    return `beside ${this.admin.name}`;
  }
}

@Module({ providers: [AdminService] })
class AdminModule {}

@Module({ imports: [AdminModule], providers: [ShopService, AuditService] })
class ShopModule {}

describe.each(httpWays)('Several servers, over /%s,', (way) => {
  let served: StartedApp;
  const names = async (server: string): Promise<string[]> => {
    const client = await served.client({ server, over: way });
    return (await client.listTools()).map(({ name }) => name);
  };

  beforeAll(async () => {
    served = await startApp({
      mcp: false,
      imports: [
        McpModule.forRoot({ name: 'shop', version: '1.0.0' }),
        McpModule.forRoot({
          name: 'admin',
          version: '2.0.0',
          prefix: 'admin',
          include: [AdminModule],
        }),
        ShopModule,
      ],
    });
  });

  afterAll(() => served.close());

  it('split the methods by `include`, and by `servers` on a class or a method', async () => {
    expect(await names('admin')).toEqual(['audit_read', 'purge', 'status']);
    expect(await names('shop')).toEqual(['audit_open', 'buy', 'status']);
  });

  it('return their names', async () => {
    const client = await served.client({ server: 'admin', over: way });
    expect(client.server.serverInfo).toMatchObject({ name: 'admin', version: '2.0.0' });
  });

  it('are injected by their names, and counted separately', async () => {
    const admin = served.app.get<McpServerRef>(getMcpServerToken('admin'), { strict: false });
    const shop = served.app.get<McpServerRef>(getMcpServerToken('shop'), { strict: false });
    expect(served.app.get(ShopService, { strict: false }).admin).toBe(admin);
    expect(admin.tools.list().map(({ name }) => name)).toEqual(['audit_read', 'purge', 'status']);
    const before = { admin: admin.sessions.count, shop: shop.sessions.count };
    await served.client({ server: 'admin', over: way });
    expect(admin.sessions.count).toBe(before.admin + 1);
    expect(shop.sessions.count).toBe(before.shop);
    expect(await shop.check()).toMatchObject({ tools: 3, resources: 0, prompts: 0 });
  });

  it('are ambiguous without a name: every use throws', () => {
    const only = served.app.get<McpServerRef>(getMcpServerToken(), { strict: false });
    expect(() => only.tools).toThrow(/several servers: shop, admin.*@InjectMcpServer\('shop'\)/);
  });
});

describe('The log of a server', () => {
  it('uses singular and plural of the counted words', async () => {
    class Tools {
      @McpTool()
      one() {
        return 1;
      }

      @McpResource('data://one')
      data() {
        return 1;
      }

      @McpResource('data://two')
      more() {
        return 2;
      }
    }
    const served = await startApp({ providers: [Tools] });
    expect(served.log.of('log')).toContain('Serving 1 tool, 2 resources, 0 prompts');
    await served.close();
  });
});

describe('Options from a factory', () => {
  @Injectable()
  class Settings implements McpOptionsFactory {
    createMcpOptions(): Promise<McpServerOptions> {
      return Promise.resolve({ version: '3.0.0', instructions: 'Read the manual.' });
    }
  }

  @Module({ providers: [Settings], exports: [Settings] })
  class SettingsModule {}

  it.each([
    [
      'useFactory',
      {
        inject: [Settings],
        useFactory: (settings: Settings) => settings.createMcpOptions(),
      },
    ],
    ['useClass', { useClass: Settings }],
    ['useExisting', { useExisting: Settings }],
  ])('may be provided by %s; the routes exist in every form', async (_form, maker) => {
    @Injectable()
    class Only {
      constructor(@InjectMcpServer() readonly server: McpServerRef) {}

      @McpTool()
      whoami(): string {
        return this.server.name;
      }
    }
    const served = await startApp({
      mcp: false,
      imports: [
        McpModule.forRootAsync({
          name: 'late',
          prefix: 'late',
          imports: [SettingsModule],
          ...maker,
        }),
      ],
      providers: [Only],
    });
    for (const way of httpWays) {
      const client = await served.client({ over: way });
      expect(client.server.serverInfo).toMatchObject({ name: 'late', version: '3.0.0' });
      expect(client.server.instructions).toBe('Read the manual.');
      const { content } = await client.callTool('whoami');
      expect(content).toEqual([{ type: 'text', text: 'late' }]);
    }
    await served.close();
  });

  it('require a factory, a class or a provider', () => {
    expect(() => McpModule.forRootAsync({ name: 'late' })).toThrow(
      /useFactory, useClass or useExisting/,
    );
  });

  it.each([
    ['useFactory', (late: object) => ({ useFactory: async () => ({ version: '1', ...late }) })],
    [
      'useClass',
      (late: object) => ({
        useClass: class implements McpOptionsFactory {
          createMcpOptions() {
            return { version: '1', ...late };
          }
        },
      }),
    ],
  ])('stop the boot if %s returns options that the module needs earlier', async (_form, make) => {
    class NobodyGuard {
      canActivate() {
        return false;
      }
    }
    const bootWith = (late: object) =>
      bootError({
        mcp: false,
        imports: [McpModule.forRootAsync({ name: 'late', ...make(late) })],
      });
    const { message } = await bootWith({ prefix: 'late', guards: [NobodyGuard] });
    expect(message).toBe(
      "McpModule.forRootAsync (server 'late'): its factory gives prefix, guards, which the module must know before the factory runs. " +
        'Give prefix, guards beside useFactory, useClass or useExisting.',
    );
    expect((await bootWith({ transports: [sse()] })).message).toContain(
      'its factory gives transports',
    );
  });

  it('may repeat the name', async () => {
    const useFactory = () => ({ name: 'late', version: '1', prefix: undefined });
    const served = await startApp({
      mcp: false,
      imports: [McpModule.forRootAsync({ name: 'late', useFactory })],
    });
    await served.close();
  });
});
