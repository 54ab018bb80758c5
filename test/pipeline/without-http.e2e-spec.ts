import { Controller, Delete, Get, Module, Param, Req, UnauthorizedException } from '@nestjs/common';
import type { MiddlewareConsumer, NestModule } from '@nestjs/common';
import { PassThrough } from 'node:stream';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { McpTool, stdio } from 'nestjs-mcp';
import { McpTestClient, type McpTestClientOptions } from 'nestjs-mcp/testing';
import { adapters, startApp, type StartedApp } from '../support/start-app.js';

interface Asking {
  readonly headers: Record<string, string | undefined>;
  readonly routeOptions?: { readonly url?: string };
  readonly route?: { readonly path?: string };
}

const deleted: string[] = [];

@Controller('articles')
class Articles {
  @Get(':slug/address')
  @McpTool()
  address(@Param('slug') slug: string, @Req() { route, routeOptions }: Asking): string {
    return `${slug}: ${routeOptions?.url ?? route?.path}`;
  }

  @Delete(':slug')
  @McpTool()
  remove(@Param('slug') slug: string): string {
    deleted.push(slug);
    return `${slug} is deleted`;
  }
}

@Module({ controllers: [Articles] })
class ArticlesModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer
      .apply((request: Asking, _response: unknown, next: () => void) => {
        if (request.headers['x-key'] === undefined) throw new UnauthorizedException('Who is this?');
        next();
      })
      .exclude('articles/:slug/address')
      .forRoutes(Articles);
  }
}

describe.each(adapters)('A tool made from a route, called in memory on %s', (adapter) => {
  let served: StartedApp;
  beforeAll(async () => {
    served = await startApp({ adapter, imports: [ArticlesModule] });
  });
  afterAll(() => served.close());

  const eras: McpTestClientOptions['era'][] = ['legacy', 'modern'];

  it.each(eras)('is refused by the middleware of the route, with its message: %s', async (era) => {
    const client = await McpTestClient.connect(served.app, { over: 'memory', era });
    const result = await client.callTool('remove', { slug: 'a' });
    expect(result).toMatchObject({ isError: true, status: 401, text: 'Who is this?' });
    expect(deleted).toEqual([]);
    await client.close();
  });

  it.each(eras)('runs if no middleware is bound to it: %s', async (era) => {
    const client = await McpTestClient.connect(served.app, { over: 'memory', era });
    const { text } = await client.callTool('address', { slug: 'a' });
    expect(text).toBe('a: /articles/:slug/address');
    await client.close();
  });
});

describe.each(adapters)('A tool made from a route, called over stdio on %s', (adapter) => {
  it('is refused by the middleware of the route, and runs if none is bound to it', async () => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const transports = [stdio({ input, output })];
    const served = await startApp({ adapter, imports: [ArticlesModule], mcp: { transports } });
    const client = new Client({ name: 'story', version: '1.0.0' });
    await client.connect(new StdioServerTransport(output, input));
    const slug = { slug: 'a' };
    expect(await client.callTool({ name: 'remove', arguments: slug })).toMatchObject({
      isError: true,
      content: [{ type: 'text', text: 'Who is this?' }],
    });
    expect(deleted).toEqual([]);
    expect(await client.callTool({ name: 'address', arguments: slug })).toMatchObject({
      content: [{ type: 'text', text: 'a: /articles/:slug/address' }],
    });
    await client.close();
    await served.close();
  });
});
