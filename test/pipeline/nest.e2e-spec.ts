import {
  Catch,
  HttpException,
  Inject,
  Injectable,
  Module,
  NotFoundException,
  ParseIntPipe,
  Scope,
  UseFilters,
  UseGuards,
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
  type MiddlewareConsumer,
  type NestInterceptor,
  type NestMiddleware,
} from '@nestjs/common';
import {
  APP_FILTER,
  APP_GUARD,
  APP_INTERCEPTOR,
  ContextIdFactory,
  REQUEST,
  type ContextId,
  type ContextIdStrategy,
  type HostComponentInfo,
} from '@nestjs/core';
import { isMcpRoute, McpContext, McpExecutionContext, McpParam, McpTool } from 'nestjs-mcp';
import type { Observable } from 'rxjs';
import {
  call,
  eventsOf,
  initialize,
  nextEvent,
  openSession,
  post,
} from '../../libs/mcp/test/wire.js';
import { adapters, startApp, stopAll } from '../support/start-app.js';

const textOf = (result: unknown): string =>
  (result as { content: { text: string }[] }).content[0]?.text ?? '';

@Injectable()
class Plain {
  @McpTool()
  hello(): string {
    return 'hello';
  }

  @McpTool()
  missing(): never {
    throw new NotFoundException('No such order');
  }

  @McpTool()
  half(@McpParam('count', { schema: { type: 'string' } }, ParseIntPipe) count: number): number {
    return count / 2;
  }
}

interface AnyResponse {
  status(code: number): { json?(body: object): void; send(body: object): void };
  header(name: string, value: string): void;
}

describe.each(adapters)('An application on %s', (adapter) => {
  afterEach(stopAll);

  it('answers tool errors by its HTTP exception filters, which end no stream', async () => {
    @Catch(HttpException)
    class HttpFilter implements ExceptionFilter<HttpException> {
      catch(exception: HttpException, host: ArgumentsHost): void {
        const answer = host.switchToHttp().getResponse<AnyResponse>().status(exception.getStatus());
        const body = {
          statusCode: exception.getStatus(),
          message: `Filtered: ${exception.message}`,
        };
        if (answer.json) answer.json(body);
        else answer.send(body);
      }
    }
    const filter = { provide: APP_FILTER, useClass: HttpFilter };
    const { connect, url } = await startApp({ adapter, providers: [Plain, filter] });
    const client = await connect();
    const result = await client.callTool({ name: 'missing' });
    expect(result).toMatchObject({ isError: true, _meta: { 'nestjs-mcp/status': 404 } });
    expect(textOf(result)).toBe('Filtered: No such order');
    await client.close();
    const stop = new AbortController();
    const events = eventsOf(await fetch(`${url}/sse`, { signal: stop.signal }));
    const messages = url + (await nextEvent(events)).data;
    await post(messages, initialize('2024-11-05'));
    await nextEvent(events);
    for (const name of ['missing', 'hello']) {
      await post(messages, call(name, name));
      expect((await nextEvent(events)).data).toMatch(name === 'hello' ? 'hello' : 'Filtered');
    }
    stop.abort();
  });

  it('sets headers by guards and interceptors while the answer is unsent', async () => {
    @Injectable()
    class Headers implements CanActivate, NestInterceptor {
      canActivate(context: ExecutionContext): boolean {
        context.switchToHttp().getResponse<AnyResponse>().header('x-guard', 'was here');
        return true;
      }

      intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
        const response = context.switchToHttp().getResponse<AnyResponse>();
        response.header('x-interceptor', 'was here');
        response.header('content-type', 'text/html');
        response.header('content-length', '3');
        return next.handle();
      }
    }
    const { url } = await startApp({
      adapter,
      providers: [
        Plain,
        { provide: APP_GUARD, useClass: Headers },
        { provide: APP_INTERCEPTOR, useClass: Headers },
      ],
    });
    const headers = await openSession(`${url}/mcp`, '2025-06-18');
    const answer = await post(`${url}/mcp`, call(1, 'hello'), headers);
    expect(answer.headers.get('x-guard')).toBe('was here');
    expect(answer.headers.get('x-interceptor')).toBe('was here');
    expect(answer.headers.get('content-type')).toContain('application/json');
    expect(await answer.text()).toContain('hello');
  });

  it('runs guards of the module on every route, with their dependencies', async () => {
    @Injectable()
    class Keys {
      readonly key = 'open sesame';
    }
    @Module({ providers: [Keys], exports: [Keys] })
    class KeysModule {}
    @Injectable()
    class KeyGuard implements CanActivate {
      constructor(private readonly keys: Keys) {}

      canActivate(context: ExecutionContext): boolean {
        const request = context.switchToHttp().getRequest<{ headers: Record<string, string> }>();
        return isMcpRoute(context) && request.headers['x-key'] === this.keys.key;
      }
    }
    const { connect, url } = await startApp({
      adapter,
      providers: [Plain],
      mcp: { guards: [KeyGuard], imports: [KeysModule] },
    });
    for (const [method, path] of [
      ['POST', 'mcp'],
      ['GET', 'mcp'],
      ['DELETE', 'mcp'],
      ['GET', 'sse'],
      ['POST', 'messages'],
    ]) {
      expect((await fetch(`${url}/${path}`, { method })).status).toBe(403);
    }
    const client = await connect({ headers: { 'x-key': 'open sesame' } });
    expect(textOf(await client.callTool({ name: 'hello' }))).toBe('hello');
    await client.close();
  });

  it('runs pipes on single parameters', async () => {
    const { connect } = await startApp({ adapter, providers: [Plain] });
    const client = await connect();
    expect(textOf(await client.callTool({ name: 'half', arguments: { count: '8' } }))).toBe('4');
    const wrong = await client.callTool({ name: 'half', arguments: { count: 'many' } });
    expect(wrong.isError).toBe(true);
    await client.close();
  });

  it('runs its middleware and CORS on MCP routes', async () => {
    const seen: string[] = [];
    @Injectable()
    class Watch implements NestMiddleware {
      use(request: { originalUrl: string }, _response: unknown, next: () => void): void {
        seen.push(request.originalUrl);
        next();
      }
    }
    @Module({})
    class WatchModule {
      configure(consumer: MiddlewareConsumer): void {
        consumer.apply(Watch).forRoutes('{*path}');
      }
    }
    const { url } = await startApp({
      adapter,
      imports: [WatchModule],
      providers: [Plain],
      mcp: { allowedOrigins: ['https://app.example'] },
      configure: (created) => {
        created.enableCors({ origin: 'https://app.example', exposedHeaders: ['Mcp-Session-Id'] });
        created.use(
          (
            _request: unknown,
            response: { setHeader(n: string, v: string): void },
            next: () => void,
          ) => {
            response.setHeader('x-used', 'yes');
            next();
          },
        );
      },
    });
    const origin = { origin: 'https://app.example' };
    const answer = await post(`${url}/mcp`, initialize('2025-06-18'), origin);
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(answer.headers.get('access-control-expose-headers')).toBe('Mcp-Session-Id');
    expect(answer.headers.get('x-used')).toBe('yes');
    const stream = await fetch(`${url}/sse`, { headers: origin });
    expect(stream.headers.get('access-control-allow-origin')).toBe('https://app.example');
    await stream.body?.cancel();
    const preflight = await fetch(`${url}/mcp`, {
      method: 'OPTIONS',
      headers: { ...origin, 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(204);
    expect(seen).toEqual(expect.arrayContaining(['/mcp', '/sse']));
  });

  it('keeps durable providers for each tenant', async () => {
    let made = 0;
    const tenants = new Map<string, ContextId>();
    const strategy: ContextIdStrategy = {
      attach(contextId: ContextId, request: { headers?: Record<string, string> }) {
        const tenant = request.headers?.['x-tenant'] ?? 'none';
        const shared = tenants.get(tenant) ?? ContextIdFactory.create();
        tenants.set(tenant, shared);
        return {
          resolve: (info: HostComponentInfo) => (info.isTreeDurable ? shared : contextId),
          payload: { tenant },
        };
      },
    };
    @Injectable({ scope: Scope.REQUEST, durable: true })
    class Connection {
      readonly number = ++made;
      constructor(@Inject(REQUEST) readonly payload: { tenant: string }) {}
    }
    @Injectable()
    class Orders {
      constructor(private readonly connection: Connection) {}

      @McpTool()
      orders(): string {
        return `${this.connection.payload.tenant} ${this.connection.number}`;
      }
    }
    ContextIdFactory.apply(strategy);
    try {
      const { connect } = await startApp({ adapter, providers: [Connection, Orders] });
      const answers = [];
      for (const tenant of ['red', 'blue', 'red']) {
        const client = await connect({ headers: { 'x-tenant': tenant } });
        answers.push(textOf(await client.callTool({ name: 'orders' })));
        await client.close();
      }
      expect(answers).toEqual(['red 1', 'blue 2', 'red 1']);
    } finally {
      ContextIdFactory.apply({ attach: (contextId: ContextId) => () => contextId });
    }
  });

  it('answers by its filters for request-scoped providers that cannot be created', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Failing {
      constructor(@Inject(REQUEST) request: { headers: Record<string, string> }) {
        if (request.headers['x-fail'] === 'http') throw new NotFoundException('No such tenant');
        throw new Error('connect ECONNREFUSED postgres://admin:hunter2@db');
      }
    }
    @Catch(NotFoundException)
    class TenantFilter implements ExceptionFilter {
      catch(exception: Error): string {
        return `answered: ${exception.message}`;
      }
    }
    @Injectable()
    class Orders {
      constructor(readonly failing: Failing) {}

      @McpTool()
      @UseFilters(TenantFilter)
      filtered(): string {
        return 'never';
      }

      @McpTool()
      bare(): string {
        return 'never';
      }
    }
    const { connect } = await startApp({ adapter, providers: [Failing, Orders] });
    const http = await connect({ headers: { 'x-fail': 'http' } });
    expect(textOf(await http.callTool({ name: 'filtered' }))).toBe('answered: No such tenant');
    expect(textOf(await http.callTool({ name: 'bare' }))).toBe('No such tenant');
    const broken = await connect();
    expect(textOf(await broken.callTool({ name: 'filtered' }))).toMatch(/^Internal error \(\w+\)$/);
    await Promise.all([http.close(), broken.close()]);
  });

  it('reads input, primitive and context of a call in a guard', async () => {
    const read: unknown[] = [];
    @Injectable()
    class Reader implements CanActivate {
      canActivate(context: ExecutionContext): boolean {
        const mcp = McpExecutionContext.create(context);
        read.push(mcp.getPrimitive(), mcp.getInput(), mcp.getMcpContext() instanceof McpContext);
        expect(mcp.getClass()).toBe(Guarded);
        expect(mcp.getHandler().name).toBe('guarded');
        return true;
      }
    }
    @Injectable()
    class Guarded {
      @McpTool()
      @UseGuards(Reader)
      guarded(@McpParam('word', { type: String }) word: string): string {
        return word;
      }
    }
    const { connect } = await startApp({ adapter, providers: [Guarded] });
    const client = await connect();
    await client.callTool({ name: 'guarded', arguments: { word: 'x' } });
    expect(read).toEqual([{ kind: 'tool', name: 'guarded' }, { word: 'x' }, true]);
    await client.close();
  });

  it('gives several hosts in one module separate enhancers', async () => {
    let built = 0;
    @Injectable({ scope: Scope.TRANSIENT })
    class Counting implements CanActivate {
      private readonly open = ++built > 0;

      canActivate(): boolean {
        return this.open;
      }
    }
    class Given {
      @McpTool()
      @UseGuards(Counting)
      given(): string {
        return 'given';
      }
    }
    @Injectable()
    class Made {
      @McpTool()
      @UseGuards(Counting)
      made(): string {
        return 'made';
      }
    }
    const { connect } = await startApp({
      adapter,
      providers: [Made, { provide: 'given', useValue: new Given() }],
    });
    const client = await connect();
    for (const name of ['given', 'made'])
      expect(textOf(await client.callTool({ name }))).toBe(name);
    await client.close();
  });
});
