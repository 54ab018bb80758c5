import { CacheInterceptor, CacheKey, CacheModule } from '@nestjs/cache-manager';
import {
  ClassSerializerInterceptor,
  Controller,
  Get,
  Inject,
  Injectable,
  Scope,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { APP_INTERCEPTOR, REQUEST } from '@nestjs/core';
import { Exclude, Expose } from 'class-transformer';
import {
  isMcpCall,
  isMcpRoute,
  McpExecutionContext,
  McpModule,
  McpParam,
  McpTool,
} from 'nestjs-mcp';
import { tap, type Observable } from 'rxjs';
import { initialize, post } from '../../libs/mcp/test/wire.js';
import { adapters, startApp, stopAll } from '../support/start-app.js';

const textOf = (result: unknown): string =>
  (result as { content: { text: string }[] }).content[0]?.text ?? '';

@Injectable()
class Plain {
  @McpTool()
  hello(): string {
    return 'hello';
  }
}

afterEach(stopAll);

describe.each(adapters)('Interceptors of other packages on %s', (adapter) => {
  it("serialise by Nest's ClassSerializerInterceptor", async () => {
    class Account {
      @Expose() readonly name = 'Ann';
      @Exclude() readonly password = 'hunter2';
    }
    @Injectable()
    class Accounts {
      @McpTool()
      account(): Account {
        return new Account();
      }
    }
    const app = await startApp({
      adapter,
      providers: [Accounts, { provide: APP_INTERCEPTOR, useClass: ClassSerializerInterceptor }],
    });
    const client = await app.connect();
    expect((await client.callTool({ name: 'account' })).structuredContent).toEqual({ name: 'Ann' });
    await client.close();
  });

  it('cache by @nestjs/cache-manager', async () => {
    let runs = 0;
    @Controller('rates')
    class Rates {
      @Get()
      @McpTool()
      @CacheKey('rates')
      @UseInterceptors(CacheInterceptor)
      rates(): { run: number } {
        return { run: ++runs };
      }
    }
    const app = await startApp({
      adapter,
      imports: [CacheModule.register()],
      controllers: [Rates],
    });
    const client = await app.connect();
    for (let i = 0; i < 3; i++) {
      expect((await client.callTool({ name: 'rates' })).structuredContent).toEqual({ run: 1 });
    }
    expect(await (await fetch(`${app.url}/rates`)).json()).toEqual({ run: 1 });
    await client.close();
  });

  it('log calls, distinguish the route from the primitive, and wrap no stream', async () => {
    const lines: string[] = [];
    @Injectable()
    class LoggingInterceptor implements NestInterceptor {
      intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
        const what = isMcpCall(context)
          ? McpExecutionContext.create(context).getPrimitive().name
          : isMcpRoute(context)
            ? 'route'
            : 'other';
        return next.handle().pipe(tap({ complete: () => lines.push(what) }));
      }
    }
    const app = await startApp({
      adapter,
      providers: [Plain, { provide: APP_INTERCEPTOR, useClass: LoggingInterceptor }],
    });
    const stop = new AbortController();
    await fetch(`${app.url}/sse`, { signal: stop.signal });
    expect(lines).toEqual(['route']);
    const client = await app.connect();
    lines.length = 0;
    await client.callTool({ name: 'hello' });
    expect(lines.filter((line) => line !== 'route')).toEqual(['hello']);
    stop.abort();
    await client.close();
  });
});

describe.each(adapters)('configuration and request scope on %s', (adapter) => {
  it('read options from @nestjs/config', async () => {
    const app = await startApp({
      adapter,
      imports: [
        ConfigModule.forRoot({
          isGlobal: true,
          ignoreEnvFile: true,
          load: [() => ({ version: '7.8.9' })],
        }),
        McpModule.forRootAsync({
          name: 'configured',
          prefix: 'configured',
          inject: [ConfigService],
          useFactory: (config: ConfigService) => ({
            version: config.getOrThrow<string>('version'),
          }),
        }),
      ],
      providers: [Plain],
    });
    const answer = await post(`${app.url}/configured/mcp`, initialize('2025-06-18'));
    expect(await answer.text()).toContain('"version":"7.8.9"');
  });

  it('inject the HTTP request into a request-scoped tenant', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Tenant {
      constructor(@Inject(REQUEST) private readonly request: { headers: Record<string, string> }) {}

      get name(): string {
        return this.request.headers['x-tenant'] ?? 'none';
      }
    }
    @Injectable()
    class Orders {
      constructor(private readonly tenant: Tenant) {}

      @McpTool()
      orders(@McpParam('status', { type: String }) status: string): string {
        return `${status} orders of ${this.tenant.name}`;
      }
    }
    const app = await startApp({ adapter, providers: [Tenant, Orders] });
    for (const name of ['red', 'blue']) {
      const client = await app.connect({ headers: { 'x-tenant': name } });
      const result = await client.callTool({ name: 'orders', arguments: { status: 'open' } });
      expect(textOf(result)).toBe(`open orders of ${name}`);
      await client.close();
    }
  });
});
