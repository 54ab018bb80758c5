import {
  Body,
  Controller,
  createParamDecorator,
  DefaultValuePipe,
  Get,
  Header,
  Headers,
  HttpCode,
  Inject,
  Injectable,
  Param,
  ParseArrayPipe,
  ParseBoolPipe,
  ParseEnumPipe,
  ParseFloatPipe,
  ParseIntPipe,
  ParseUUIDPipe,
  Patch,
  Post,
  Query,
  Redirect,
  Render,
  Req,
  Res,
  Scope,
  StreamableFile,
  UseGuards,
  ValidationPipe,
  VersioningType,
  type CanActivate,
  type ExecutionContext,
  type PipeTransform,
} from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { ApiOperation, ApiParam, ApiQuery } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MinLength, ValidateNested } from 'class-validator';
import { isMcpCall, McpResource, McpTool } from 'nestjs-mcp';
import { adapters, httpWays, startApp, type StartedApp } from '../support/start-app.js';
import { toolOf } from '../support/tool-calls.js';

class Address {
  @IsString()
  city!: string;
}

class CreateOrder {
  @IsString()
  @MinLength(2)
  sku!: string;

  @IsInt()
  @Max(10)
  quantity!: number;

  @IsOptional()
  @ValidateNested()
  @Type(() => Address)
  address?: Address;
}

class Paging {
  @IsOptional()
  @IsInt()
  page?: number;

  @IsOptional()
  @IsString()
  sort?: string;
}

class Change {
  @IsOptional()
  @IsString()
  id?: string;

  @IsString()
  sku!: string;
}

enum Status {
  Open = 'open',
  Closed = 'closed',
}

interface SeenRequest {
  params: Record<string, unknown>;
  query: Record<string, unknown>;
  body: Record<string, unknown>;
  headers: Record<string, string>;
  note?: string;
  ip: string;
}

const seen: SeenRequest[] = [];
const real = new WeakSet<object>();

@Injectable()
class Recorder implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<SeenRequest>();
    if (!isMcpCall(context)) {
      real.add(request);
      return true;
    }
    if (real.has(request)) throw new Error('the real request');
    request.note = `from the guard of ${String(request.params['id'])}`;
    seen.push(request);
    return request.params['id'] !== 'secret';
  }
}

const Note = createParamDecorator(
  (_data: unknown, context: ExecutionContext) =>
    context.switchToHttp().getRequest<SeenRequest>().note,
);

class Entity {
  constructor(readonly id: string) {}
}

@Injectable()
class EntityById implements PipeTransform<string, Entity> {
  transform(id: string, { metatype }: { metatype?: unknown }): Entity {
    if (metatype !== Entity) throw new Error('the pipe does not see the type of its parameter');
    return new Entity(`entity ${id}`);
  }
}

@Controller('orders')
@UseGuards(Recorder)
class OrdersController {
  @Post(':shop')
  @HttpCode(418)
  @Header('x-order', 'yes')
  @McpTool()
  create(
    @Param('shop') shop: string,
    @Body() order: CreateOrder,
    @Query() paging: Paging,
    @Query('dry', ParseBoolPipe) dry: boolean,
  ): object {
    const made = [order instanceof CreateOrder, order.address instanceof Address];
    if (paging instanceof Paging) made.push(true);
    return { shop, order, paging, dry, made };
  }

  @Patch(':id')
  @McpTool()
  change(@Param('id') id: string, @Body() change: Change): object {
    return { id, change };
  }

  @Get('pipes/:id')
  @McpTool()
  pipes(
    @Param('id', ParseIntPipe) id: number,
    @Query('price', new ParseFloatPipe({ optional: true })) price: number | undefined,
    @Query('uuid', ParseUUIDPipe) uuid: string,
    @Query('status', new ParseEnumPipe(Status)) status: Status,
    @Query('tags', new ParseArrayPipe({ items: Number })) tags: number[],
    @Query('limit', new DefaultValuePipe(25), ParseIntPipe) limit: number,
  ): object {
    return { id, price, uuid, status, tags, limit };
  }

  @Get('documented/:id')
  @McpTool()
  @ApiOperation({ operationId: 'nope', summary: 'Documented', description: 'Found in OpenAPI.' })
  @ApiParam({ name: 'id', description: 'Which one', example: 'o-1' })
  @ApiQuery({ name: 'depth', required: false, type: Number, description: 'How deep' })
  documented(@Param('id') id: string, @Query('depth') depth?: number): string {
    return `${id} ${depth}`;
  }

  @Get('entity/:id')
  @McpTool()
  entity(@Param('id', EntityById) entity: Entity): string {
    return entity.id;
  }

  @Get('request/:id')
  @McpTool()
  request(
    @Req() request: SeenRequest,
    @Note() note: string,
    @Headers('user-agent') agent: string | undefined,
    @Query('q') q: string,
    @Res({ passthrough: true }) response: { header(name: string, value: string): unknown },
  ): object {
    response.header('x-test', '1');
    const { params, query, body, ip } = request;
    return { params, query, body, note, q, agent: typeof agent, ip: typeof ip };
  }

  @Get('file/:name')
  @McpTool()
  file(@Param('name') name: string): StreamableFile {
    return new StreamableFile(Buffer.from('bytes'), {
      type: name.endsWith('.png') ? 'image/png' : 'application/pdf',
    });
  }

  @Get('elsewhere')
  @Redirect('https://example.com', 301)
  @McpTool()
  elsewhere(): object {
    return { url: 'https://example.com/2' };
  }

  @Get('page')
  @Render('page')
  @McpTool()
  page(): object {
    return { model: 1 };
  }

  @Get('rows/:table')
  @McpResource('rows://{table}{?limit,q}')
  rows(
    @Param('table') table: string,
    @Query('limit', new DefaultValuePipe(3), ParseIntPipe) limit: number,
    @Query('q', new DefaultValuePipe('')) q: string,
  ): object {
    return { table, limit, q };
  }
}

@Controller({ path: 'versions', version: '2' })
class VersionedController {
  @Get()
  @McpTool()
  versioned(): string {
    return 'two';
  }
}

@Injectable({ scope: Scope.REQUEST })
class WhoAsks {
  constructor(@Inject(REQUEST) readonly request: SeenRequest) {}
}

@Controller({ path: 'scoped', scope: Scope.REQUEST })
class ScopedController {
  constructor(private readonly asks: WhoAsks) {}

  @Get(':id')
  @McpTool()
  scoped(@Param('id') id: string, @Req() request: SeenRequest): object {
    const { params } = this.asks.request;
    return { id, params, same: this.asks.request === request };
  }
}

describe.each(adapters)('A route method as a tool (%s)', (adapter) => {
  let served: StartedApp;

  beforeAll(async () => {
    served = await startApp({
      adapter,
      controllers: [OrdersController, VersionedController, ScopedController],
      providers: [WhoAsks],
      configure: (app) => {
        app.useGlobalPipes(
          new ValidationPipe({ transform: true, whitelist: true, forbidNonWhitelisted: true }),
        );
        app.enableVersioning({ type: VersioningType.URI });
      },
    });
  });

  afterAll(() => served.close());

  beforeEach(() => {
    seen.length = 0;
  });

  it('lists the keys of path, query and body as one input', async () => {
    const client = await served.client();
    const { inputSchema } = await toolOf(client, 'create');
    expect(inputSchema).toEqual({
      type: 'object',
      properties: {
        shop: { type: 'string' },
        dry: { type: 'boolean' },
        sku: { type: 'string', minLength: 2 },
        quantity: { type: 'integer', maximum: 10 },
        address: expect.objectContaining({ properties: { city: { type: 'string' } } }),
        page: { type: 'integer' },
        sort: { type: 'string' },
      },
      required: expect.arrayContaining(['shop', 'dry', 'sku', 'quantity']),
      additionalProperties: false,
    });
  });

  it.each(httpWays)('splits the input over them, over /%s', async (way) => {
    const client = await served.client({ over: way });
    const result = await client.callTool('create', {
      shop: 'north',
      sku: 'AB',
      quantity: 3,
      address: { city: 'Bern' },
      page: 2,
      dry: true,
    });
    expect(result.structured).toEqual({
      shop: 'north',
      order: { sku: 'AB', quantity: 3, address: { city: 'Bern' } },
      paging: { page: 2 },
      dry: true,
      made: [true, true, true],
    });
  });

  it('reports all errors of every part at once, and an unknown key once', async () => {
    const client = await served.client();
    const result = await client.callTool('create', {
      sku: 'A',
      quantity: 11,
      page: 'two',
      dry: 'maybe',
      address: { city: 1 },
      surplus: true,
    });
    expect(result.isError).toBe(true);
    const paths = result.text.split('\n').map((line) => String(line.split(':')[0]));
    expect(paths.toSorted((a, b) => a.localeCompare(b))).toEqual([
      'address.city',
      'dry',
      'page',
      'quantity',
      'shop',
      'sku',
      'surplus',
    ]);
  });

  it('gives a key to the parameter with that name, before a DTO for which it is optional', async () => {
    const client = await served.client();
    const result = await client.callTool('change', { id: 'o-1', sku: 'AB' });
    expect(result.structured).toEqual({ id: 'o-1', change: { sku: 'AB' } });
  });

  it('shows the types that pipes accept in the schema, and runs the pipes', async () => {
    const client = await served.client();
    const { inputSchema } = await toolOf(client, 'pipes');
    expect(inputSchema).toEqual({
      type: 'object',
      properties: {
        id: { type: 'integer' },
        price: { type: 'number' },
        uuid: { type: 'string', format: 'uuid' },
        status: { type: 'string', enum: ['open', 'closed'] },
        tags: { type: 'array', items: { type: 'number' } },
        limit: { type: 'integer', default: 25 },
      },
      required: ['id', 'uuid', 'status', 'tags'],
      additionalProperties: false,
    });
    const uuid = '7f0c2f38-2f0b-4a4e-9a53-0a8f5b0c1d2e';
    const result = await client.callTool('pipes', { id: 7, uuid, status: 'open', tags: [1, 2] });
    expect(result.structured).toEqual({
      id: 7,
      uuid,
      status: 'open',
      tags: [1, 2],
      limit: 25,
    });
    const refused = await client.callTool('pipes', {
      id: 1.5,
      uuid: 'x',
      status: 'lost',
      tags: ['a'],
    });
    expect(refused.isError).toBe(true);
    expect(refused.text.split('\n')).toHaveLength(4);
  });

  it('takes title, description and parameters from OpenAPI if the decorator has none', async () => {
    const client = await served.client();
    const tool = await toolOf(client, 'documented');
    expect(tool).toMatchObject({
      title: 'Documented',
      description: 'Found in OpenAPI.',
      inputSchema: {
        properties: {
          id: { type: 'string', description: 'Which one. Example: o-1' },
          depth: { type: 'number', description: 'How deep' },
        },
        required: ['id'],
      },
    });
    expect((await client.callTool('documented', { id: 'a' })).text).toBe('a undefined');
  });

  it('passes an entity that a pipe of the application has loaded', async () => {
    const client = await served.client();
    expect((await toolOf(client, 'entity')).inputSchema.properties).toEqual({
      id: { type: 'string' },
    });
    expect((await client.callTool('entity', { id: '5' })).text).toBe('entity 5');
  });

  it('shows guards the call as a request of the route', async () => {
    const client = await served.client();
    await client.callTool('create', { shop: 'x', sku: 'AB', quantity: 3, page: 2, dry: false });
    expect(seen).toHaveLength(1);
    const [{ params, query, body, headers }] = seen as [SeenRequest];
    expect(params).toEqual({ shop: 'x' });
    // A URL holds texts.
    expect(query).toEqual({ page: '2', dry: 'false' });
    expect(body).toEqual({ sku: 'AB', quantity: 3 });
    expect(headers['content-type']).toBe('application/json');
    const refused = await client.callTool('change', { id: 'secret', sku: 'AB' });
    expect(refused.isError).toBe(true);
    expect(refused.text).toBe('Forbidden resource');
  });

  it('keeps the changes of a guard to the request within the call', async () => {
    const client = await served.client();
    const ask = (id: string) => client.callTool('request', { id, q: 'x' });
    const [one, two] = await Promise.all([ask('1'), ask('2')]);
    for (const [id, result] of [
      ['1', one],
      ['2', two],
    ] as const) {
      expect(result.structured).toEqual({
        params: { id },
        query: { q: 'x' },
        body: {},
        note: `from the guard of ${id}`,
        q: 'x',
        agent: 'string',
        ip: 'string',
      });
    }
  });

  it('requires variables of the path that only @Req() or a guard reads', async () => {
    const client = await served.client();
    expect((await toolOf(client, 'request')).inputSchema.required).toEqual(['id']);
  });

  it('gives a request-scoped controller the request of the call, also in parallel', async () => {
    const client = await served.client();
    const results = await Promise.all(
      ['1', '2', '3'].map((id) => client.callTool('scoped', { id })),
    );
    expect(results.map(({ structured }) => structured)).toEqual(
      ['1', '2', '3'].map((id) => ({ id, params: { id }, same: true })),
    );
  });

  it('converts a StreamableFile to an image or a blob', async () => {
    const client = await served.client();
    const blob = Buffer.from('bytes').toString('base64');
    expect((await client.callTool('file', { name: 'a.png' })).content).toEqual([
      { type: 'image', data: blob, mimeType: 'image/png' },
    ]);
    expect((await client.callTool('file', { name: 'a.pdf' })).content).toEqual([
      {
        type: 'resource',
        resource: { uri: expect.any(String), blob, mimeType: 'application/pdf' },
      },
    ]);
  });

  it('returns the plain result if @Redirect() or @Render() determine the HTTP answer', async () => {
    const client = await served.client();
    const redirected = await client.callTool('elsewhere');
    expect(redirected.structured).toEqual({ url: 'https://example.com/2' });
    expect((await client.callTool('page')).structured).toEqual({ model: 1 });
  });

  it('serves methods of versioned controllers', async () => {
    const client = await served.client();
    expect((await client.callTool('versioned')).text).toBe('two');
  });

  it('reads a resource through a route, with path and query as the variables of its URI', async () => {
    const client = await served.client();
    const read = async (uri: string): Promise<unknown> => {
      const { contents } = await client.readResource(uri);
      return JSON.parse((contents[0] as { text: string }).text);
    };
    expect(await read('rows://users?limit=7&q=a%20b')).toEqual({
      table: 'users',
      limit: 7,
      q: 'a b',
    });
    expect(await read('rows://users')).toEqual({ table: 'users', limit: 3, q: '' });
    expect(seen.at(-2)?.query).toEqual({ limit: '7', q: 'a b' });
    await expect(read('rows://users?limit=many')).rejects.toMatchObject({ code: -32602 });
  });

  it('leaves the routes themselves working', async () => {
    const response = await fetch(`${served.url}/orders/pipes/7?uuid=x`);
    expect(response.status).toBe(400);
    const file = await fetch(`${served.url}/orders/file/a.png`);
    expect(file.headers.get('content-type')).toContain('image/png');
  });
});
