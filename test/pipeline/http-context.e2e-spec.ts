import {
  Catch,
  Controller,
  Delete,
  ForbiddenException,
  Get,
  Injectable,
  NotFoundException,
  Param,
  ParseIntPipe,
  Query,
  UseGuards,
  UseInterceptors,
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, BaseExceptionFilter } from '@nestjs/core';
import {
  isMcpCall,
  McpContext,
  McpExecutionContext,
  McpParam,
  McpPrompt,
  McpTool,
  McpServerRef,
  getMcpServerToken,
} from 'nestjs-mcp';
import { map, type Observable } from 'rxjs';
import { adapters, startApp, stopAll } from '../support/start-app.js';

const textOf = (result: unknown): string =>
  (result as { content: { text: string }[] }).content[0]?.text ?? '';

interface AnyRequest {
  method: string;
  url: string;
  originalUrl: string;
  path: string;
  route: { path: string };
  routeOptions?: { method: string; url: string };
  headers: Record<string, string>;
  params: Record<string, string>;
  query: Record<string, unknown>;
  tenant?: string;
}

afterEach(stopAll);

describe.each(adapters)('Enhancers for HTTP contexts only, on %s', (adapter) => {
  it('run around tools too: a guard that accepts every other context does not accept calls', async () => {
    // As nest-keycloak-connect's guards do.
    @Injectable()
    class ResourceGuard implements CanActivate {
      canActivate(context: ExecutionContext): boolean {
        if (context.getType() !== 'http') return true;
        const { headers } = context.switchToHttp().getRequest<AnyRequest>();
        return !isMcpCall(context) || headers['x-realm'] === 'staff';
      }
    }
    @Injectable()
    class Vault {
      @McpTool()
      open(): string {
        return 'opened';
      }
    }
    const { connect } = await startApp({
      adapter,
      providers: [Vault, { provide: APP_GUARD, useClass: ResourceGuard }],
    });
    const guest = await connect();
    const refused = await guest.callTool({ name: 'open' });
    expect([refused.isError, textOf(refused)]).toEqual([true, 'Forbidden resource']);
    const staff = await connect({ headers: { 'x-realm': 'staff' } });
    expect(textOf(await staff.callTool({ name: 'open' }))).toBe('opened');
    await Promise.all([guest.close(), staff.close()]);
  });

  it('set the tenant of a row-level-security interceptor, without which nothing is read', async () => {
    @Injectable()
    class RowLevelSecurity implements NestInterceptor {
      intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
        if (context.getType() === 'http') {
          const request = context.switchToHttp().getRequest<AnyRequest>();
          request.tenant = request.headers['x-tenant'];
        }
        return next.handle();
      }
    }
    @Injectable()
    @UseInterceptors(RowLevelSecurity)
    class Rows {
      @McpTool()
      rows(context: McpContext): string {
        const { tenant } = context.request as AnyRequest;
        if (tenant === undefined) throw new ForbiddenException('No tenant');
        return `rows of ${tenant}`;
      }
    }
    const { connect } = await startApp({ adapter, providers: [Rows] });
    const client = await connect({ headers: { 'x-tenant': 'red' } });
    expect(textOf(await client.callTool({ name: 'rows' }))).toBe('rows of red');
    await client.close();
  });

  it('recognise calls by isMcpCall, and read their input by McpExecutionContext', async () => {
    const seen: unknown[] = [];
    @Injectable()
    class Transform implements NestInterceptor {
      intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
        const isCall = isMcpCall(context);
        if (isCall) seen.push(context.getType(), McpExecutionContext.create(context).getInput());
        return next.handle().pipe(map((data) => (isCall ? data : { data })));
      }
    }
    @Controller('words')
    class Words {
      @Get()
      @McpTool()
      shout(@Query('word') word: string): string {
        return word.toUpperCase();
      }
    }
    const { connect, url } = await startApp({
      adapter,
      controllers: [Words],
      providers: [{ provide: APP_INTERCEPTOR, useClass: Transform }],
    });
    const client = await connect();
    const result = await client.callTool({ name: 'shout', arguments: { word: 'hey' } });
    expect(textOf(result)).toBe('HEY');
    expect(seen).toEqual(['http', { word: 'hey' }]);
    expect(await (await fetch(`${url}/words?word=hey`)).json()).toEqual({ data: 'HEY' });
    await client.close();
  });

  it('see the route of a route method: HTTP method, URL, path and pattern', async () => {
    const seen: object[] = [];
    @Injectable()
    class Look implements CanActivate {
      canActivate(context: ExecutionContext): boolean {
        const r = context.switchToHttp().getRequest<AnyRequest>();
        const { method, url, originalUrl, params, query, headers } = r;
        const pattern = r.routeOptions?.url ?? r.route.path;
        seen.push({ method, url, originalUrl, params, query, pattern });
        if (isMcpCall(context)) {
          expect(r.path).toBe(url.split('?')[0]);
          expect(r.route.path).toBe(pattern);
        }
        return headers['x-key'] === undefined;
      }
    }
    @Controller({ path: 'shops/:shop/orders', version: '2' })
    @UseGuards(Look)
    class Orders {
      @Get(':id')
      @McpTool()
      order(
        @Param('shop') shop: string,
        @Param('id', ParseIntPipe) id: number,
        @Query('fields') fields: string,
      ): string {
        return `${shop} ${id} ${fields}`;
      }

      @Delete(adapter === 'express' ? ':id/lines/*path' : ':id/lines/:path')
      @McpTool()
      clear(@Param('shop') shop: string, @Param('id') id: string): string {
        return `${shop} ${id} cleared`;
      }
    }
    const { connect, url } = await startApp({
      adapter,
      controllers: [Orders],
      configure: (created) => {
        created.setGlobalPrefix('api');
        created.enableVersioning();
      },
      mcp: { prefix: '' },
    });
    const client = await connect({ path: '/api/mcp' });
    const input = { shop: 'a b/c', id: 7, fields: 'x&y' };
    expect(textOf(await client.callTool({ name: 'order', arguments: input }))).toBe('a b/c 7 x&y');
    await fetch(`${url}/api/v2/shops/a%20b%2Fc/orders/7?fields=x%26y`);
    expect(seen).toHaveLength(2);
    expect(seen[0]).toEqual(seen[1]);
    expect(seen[0]).toMatchObject({
      method: 'GET',
      url: '/api/v2/shops/a%20b%2Fc/orders/7?fields=x%26y',
    });
    const cleared = { shop: 's', id: '1', path: 'a/b' };
    await client.callTool({ name: 'clear', arguments: cleared });
    const rest = adapter === 'express' ? 'a/b' : 'a%2Fb';
    expect(seen[2]).toMatchObject({
      method: 'DELETE',
      url: `/api/v2/shops/s/orders/1/lines/${rest}`,
    });
    await client.close();
  });
});

describe.each(adapters)('Filters of other packages on %s', (adapter) => {
  @Injectable()
  class Failing {
    @McpTool()
    missing(): never {
      throw new NotFoundException('No such order');
    }

    @McpTool()
    broken(): never {
      throw new Error('connect ECONNREFUSED postgres://admin:hunter2@db');
    }

    @McpPrompt()
    about(@McpParam('topic', { schema: { type: 'string', maxLength: 3 } }) topic: string): string {
      return topic;
    }
  }

  it('may extend BaseExceptionFilter: the answer of the original exception is used, 5xx masked and logged', async () => {
    const reported: unknown[] = [];
    // As SentryGlobalFilter does.
    @Catch()
    class ReportingFilter extends BaseExceptionFilter {
      override catch(exception: unknown, host: ArgumentsHost): void {
        reported.push(exception);
        // oxlint-disable-next-line promise/valid-params
        super.catch(exception, host);
      }
    }
    const errors: string[] = [];
    const logger = {
      log: () => undefined,
      warn: () => undefined,
      error: (message: unknown) => errors.push(String(message)),
    };
    const { connect } = await startApp({
      adapter,
      settings: { logger },
      providers: [Failing, { provide: APP_FILTER, useClass: ReportingFilter }],
    });
    const client = await connect();
    const missing = await client.callTool({ name: 'missing' });
    expect(missing).toMatchObject({ isError: true, _meta: { 'nestjs-mcp/status': 404 } });
    expect(textOf(missing)).toBe('No such order');
    const broken = await client.callTool({ name: 'broken' });
    const id = /^Internal error \((\w+)\)$/.exec(textOf(broken))?.[1] ?? 'none';
    expect(errors.filter((line) => line.includes(id))).toEqual([
      expect.stringContaining('ECONNREFUSED'),
    ]);
    expect(reported).toHaveLength(2);
    const wrong = client.getPrompt({ name: 'about', arguments: { topic: 'long' } });
    await expect(wrong).rejects.toMatchObject({ code: -32602 });
    await client.close();
  });

  it('may answer every exception by themselves: an unusable answer stays -32602', async () => {
    @Catch()
    class Everything {
      catch(exception: Error, host: ArgumentsHost): void {
        const response = host.switchToHttp().getResponse<{
          status(code: number): { json?(body: object): void; send(body: object): void };
        }>();
        const answer = response.status(
          'getStatus' in exception ? (exception as NotFoundException).getStatus() : 500,
        );
        answer.send({ message: `caught: ${exception.message}` });
      }
    }
    const { connect } = await startApp({
      adapter,
      providers: [Failing, { provide: APP_FILTER, useClass: Everything }],
    });
    const client = await connect();
    expect(textOf(await client.callTool({ name: 'missing' }))).toBe('caught: No such order');
    expect(textOf(await client.callTool({ name: 'broken' }))).toMatch(/^Internal error/);
    const wrong = client.getPrompt({ name: 'about', arguments: { topic: 'long' } });
    await expect(wrong).rejects.toMatchObject({ code: -32602 });
    await client.close();
  });

  it('run in memory as over HTTP', async () => {
    const types: string[] = [];
    @Catch()
    class TypeFilter extends BaseExceptionFilter {
      override catch(exception: unknown, host: ArgumentsHost): void {
        types.push(host.getType());
        // oxlint-disable-next-line promise/valid-params
        super.catch(exception, host);
      }
    }
    const { app, connect } = await startApp({
      adapter,
      providers: [Failing, { provide: APP_FILTER, useClass: TypeFilter }],
    });
    expect(await app.get<McpServerRef>(getMcpServerToken()).check()).toMatchObject({ tools: 2 });
    const client = await connect();
    await client.callTool({ name: 'missing' });
    expect(types).toEqual(['http']);
    await client.close();
  });
});
