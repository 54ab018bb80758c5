import {
  Body,
  Controller,
  DefaultValuePipe,
  Get,
  Injectable,
  Param,
  ParseBoolPipe,
  ParseIntPipe,
  Post,
  Query,
  type PipeTransform,
} from '@nestjs/common';
import { ApiQuery } from '@nestjs/swagger';
import { McpParam, McpTool, McpTools } from 'nestjs-mcp';
import { adapters, startApp, type StartedApp } from '../support/start-app.js';
import { toolOf } from '../support/tool-calls.js';

/** Tells what it was given. */
@Injectable()
class Show implements PipeTransform<unknown, string> {
  transform(value: unknown): string {
    return `${typeof value} ${JSON.stringify(value) ?? ''}`.trim();
  }
}

@Controller('named')
@McpTools({ except: [] })
class NamedController {
  @Get('search')
  search(@Query('q') q?: string, @Query('page') page?: string): object {
    return { q: q ?? null, page: page ?? null };
  }

  @Post('cancel/:id')
  cancel(@Param('id') id: string, @Body('reason') reason?: string): object {
    return { id, reason: reason ?? null };
  }

  @Get('own/:id')
  own(
    @Param('id', Show) id: number,
    @Query('page', Show) page: number,
    @Query('tags', new Show()) tags: string[],
  ): object {
    return { id, page, tags };
  }

  @Get('before/:id')
  before(@Param('id', ParseIntPipe, Show) id: string, @Query('x', Show) x: string): object {
    return { id, x };
  }

  @Post('body')
  body(@Body('amount', Show) amount: number, @Body('user', Show) user: object): object {
    return { amount, user };
  }

  @Get('pipes')
  pipes(
    @Query('needed', ParseIntPipe) needed: number,
    @Query('optional', new ParseBoolPipe({ optional: true })) optional?: boolean,
    @Query('page', new DefaultValuePipe(1), ParseIntPipe) page?: number,
  ): object {
    return { needed, optional: optional ?? null, page };
  }

  @Get('documented')
  @ApiQuery({ name: 'must', required: true, type: Number, description: 'Given always' })
  @ApiQuery({ name: 'may', required: false, type: Number })
  @ApiQuery({ name: 'parsed', required: false, type: Number })
  documented(
    @Query('must', Show) must: string,
    @Query('may', new ParseIntPipe({ optional: true })) may: number | undefined,
    @Query('parsed', ParseIntPipe) parsed: number,
  ): object {
    return { must, may: may ?? null, parsed };
  }

  @Get(['maybe', 'maybe/:id'])
  maybe(@Param('id') id?: string): object {
    return { id: id ?? null };
  }
}

@Injectable()
class Service {
  @McpTool()
  optional(
    @McpParam('note', { required: false }) note?: string,
    @McpParam('limit', { default: 5 }) limit?: number,
  ): object {
    return { note: note ?? null, limit };
  }
}

describe.each(adapters)('Named parameters of a route as inputs of a tool (%s)', (adapter) => {
  let served: StartedApp;

  beforeAll(async () => {
    served = await startApp({ adapter, controllers: [NamedController], providers: [Service] });
  });

  afterAll(() => served.close());

  const overRest = async (verb: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${served.url}/named/${path}`, {
      method: verb,
      headers: { 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    return response.ok ? response.json() : response.status;
  };

  const asTool = async (name: string, input: Record<string, unknown>): Promise<unknown> => {
    const result = await (await served.client()).callTool(name, input);
    return result.isError ? 400 : result.structured;
  };

  const required = async (name: string): Promise<unknown> =>
    (await toolOf(await served.client(), name)).inputSchema.required ?? [];

  it.each([
    ['search', {}, 'GET', 'search', undefined],
    ['search', { q: 'a' }, 'GET', 'search?q=a', undefined],
    ['cancel', { id: '7' }, 'POST', 'cancel/7', {}],
    ['cancel', { id: '7', reason: 'late' }, 'POST', 'cancel/7', { reason: 'late' }],
    ['own', { id: 7, page: 2, tags: ['a', 1] }, 'GET', 'own/7?page=2&tags=a&tags=1', undefined],
    ['own', { id: '7' }, 'GET', 'own/7', undefined],
    ['before', { id: 7, x: true }, 'GET', 'before/7?x=true', undefined],
    ['body', { amount: 5, user: { id: 1 } }, 'POST', 'body', { amount: 5, user: { id: 1 } }],
    ['body', { amount: '5' }, 'POST', 'body', { amount: '5' }],
    ['pipes', { needed: 1 }, 'GET', 'pipes?needed=1', undefined],
    ['pipes', { optional: true }, 'GET', 'pipes?optional=true', undefined],
    ['documented', { must: 3, parsed: 4 }, 'GET', 'documented?must=3&parsed=4', undefined],
    ['documented', { must: 3 }, 'GET', 'documented?must=3', undefined],
    ['maybe', {}, 'GET', 'maybe', undefined],
    ['maybe', { id: '7' }, 'GET', 'maybe/7', undefined],
  ] as const)('%s %j is as %s %s', async (tool, input, verb, path, body) => {
    expect(await asTool(tool, input)).toEqual(await overRest(verb, path, body));
  });

  it('are optional, unless the path, a pipe or the documentation requires them', async () => {
    expect(await required('search')).toEqual([]);
    expect(await required('cancel')).toEqual(['id']);
    expect(await required('own')).toEqual(['id']);
    expect(await required('pipes')).toEqual(['needed']);
    expect(await required('documented')).toEqual(['must', 'parsed']);
    expect(await required('maybe')).toEqual([]);
  });

  it('are texts for a pipe of the application, unless swagger describes them', async () => {
    const client = await served.client();
    expect((await toolOf(client, 'own')).inputSchema.properties).toEqual({
      id: { type: 'string' },
      page: { type: 'string' },
      tags: { type: 'string' },
    });
    expect((await toolOf(client, 'documented')).inputSchema.properties).toMatchObject({
      must: { type: 'number', description: 'Given always' },
    });
    expect((await toolOf(client, 'before')).inputSchema.properties).toMatchObject({
      id: { type: 'integer' },
    });
  });

  it('never contain an object where a URL cannot', async () => {
    const client = await served.client();
    for (const input of [{ id: { $ne: null } }, { id: [1] }, { id: '1', page: { $gt: 0 } }]) {
      const refused = await client.callTool('own', input);
      expect(refused.isError).toBe(true);
      expect(refused.text).toMatch(/^(id|page): must be a string/);
    }
  });

  it('accept null as absent if they are optional', async () => {
    expect(await asTool('search', { q: null })).toEqual({ q: null, page: null });
    expect(await asTool('optional', { note: null, limit: null })).toEqual({ note: null, limit: 5 });
    expect(await asTool('cancel', { id: null })).toBe(400);
  });
});
