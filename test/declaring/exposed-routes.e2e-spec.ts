import {
  Body,
  Controller,
  Delete,
  Get,
  Injectable,
  Module,
  Param,
  Patch,
  Post,
  Put,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOperation, ApiTags } from '@nestjs/swagger';
import { McpGroup, McpModule, McpTool, McpTools, type McpRouteSelection } from 'nestjs-mcp';
import { adapters, bootError, startApp, type StartedApp } from '../support/start-app.js';
import { toolOf } from '../support/tool-calls.js';

@Injectable()
class KnownIds implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { params } = context.switchToHttp().getRequest<{ params: { id?: string } }>();
    return params.id !== 'secret';
  }
}

@ApiTags('shop')
@UseGuards(KnownIds)
@Controller('purchase-orders')
class PurchaseOrdersController {
  @Get()
  findAll(): string {
    return 'all';
  }

  @Get(':id')
  @ApiOperation({ summary: 'Reads one order' })
  findOne(@Param('id') id: string): string {
    return `order ${id}`;
  }

  @Post()
  create(@Body('sku') sku: string): string {
    return `created ${sku}`;
  }

  @Put(':id')
  replace(@Param('id') id: string): string {
    return `replaced ${id}`;
  }

  @Patch(':id')
  change(@Param('id') id: string): string {
    return `changed ${id}`;
  }

  @Delete(':id')
  remove(@Param('id') id: string): string {
    return `removed ${id}`;
  }

  @Get('internal/state')
  @ApiExcludeEndpoint()
  state(): string {
    return 'internal';
  }

  @Get('own/name')
  @McpTool({ name: 'own_name', annotations: { readOnlyHint: false, openWorldHint: true } })
  own(): string {
    return 'own';
  }

  noRoute(): string {
    return 'none';
  }
}

@McpGroup('people')
@Controller('users')
class UsersController {
  @Get()
  findAll(): string {
    return 'users';
  }

  @Get('me')
  @ApiTags('private')
  me(): string {
    return 'me';
  }
}

@Controller('other')
class OtherController {
  @Get()
  findAll(): string {
    return 'other';
  }
}

@Module({ controllers: [PurchaseOrdersController, UsersController], providers: [KnownIds] })
class ShopModule {}

@Module({ controllers: [OtherController] })
class OtherModule {}

const imports = [ShopModule, OtherModule];
const modules = [ShopModule];

async function namesWith(routes: McpRouteSelection | undefined): Promise<string[]> {
  const served = await startApp({ imports, mcp: { ...(routes && { routes }) } });
  try {
    const tools = await (await served.client()).listTools();
    return tools.map(({ name }) => name);
  } finally {
    await served.close();
  }
}

const reading = [
  'people_find_all',
  'people_me',
  'purchase_orders_find_all',
  'purchase_orders_find_one',
];

describe('The routes of whole modules', () => {
  it('are tools only if the module selects them', async () => {
    expect(await namesWith(undefined)).toEqual(['own_name']);
  });

  it.each<[string, McpRouteSelection, string[]]>([
    ['by verb', { modules, methods: ['GET'] }, reading],
    [
      'all of them',
      { modules },
      [
        ...reading,
        ...['change', 'create', 'remove', 'replace'].map((name) => `purchase_orders_${name}`),
      ],
    ],
    ['by tag', { modules, methods: ['GET'], tags: ['shop'] }, reading.slice(2)],
    ['by the tag of a method', { modules, tags: ['private'] }, ['people_me']],
    [
      'except a controller, a method and a tool',
      {
        modules,
        methods: ['GET', 'DELETE'],
        except: [UsersController, 'PurchaseOrdersController.remove', 'purchase_orders_find_all'],
      },
      ['purchase_orders_find_one'],
    ],
  ])('are selected %s', async (_name, routes, names) => {
    expect(await namesWith(routes)).toEqual([...names, 'own_name'].toSorted());
  });

  it('belong to the server that selects them', async () => {
    const served = await startApp({
      mcp: false,
      imports: [
        ...imports,
        McpModule.forRoot({
          name: 'one',
          version: '1',
          prefix: 'one',
          routes: { modules: [OtherModule] },
        }),
        McpModule.forRoot({ name: 'two', version: '1', prefix: 'two', include: [ShopModule] }),
      ],
    });
    try {
      const names = async (path: string) =>
        (await (await served.connect({ path })).listTools()).tools.map(({ name }) => name);
      expect(await names('one/mcp')).toEqual(['other_find_all']);
      expect(await names('two/mcp')).toEqual(['own_name']);
    } finally {
      await served.close();
    }
  });

  it('stop the boot if the selection names anything unknown, with all errors at once', async () => {
    const { message } = await bootError({
      imports,
      mcp: {
        routes: {
          modules,
          tags: ['shop', 'stock'],
          except: ['purchase_orders_nothing', OtherController],
        },
      },
    });
    expect(message).toContain("'stock'");
    expect(message).toContain("'purchase_orders_nothing'");
    expect(message).toContain('OtherController');
  });

  it('may be those of a module whose routes are all tools by their own decorators', async () => {
    @ApiTags('decorated')
    @Controller('decorated')
    class DecoratedController {
      @Get()
      @McpTool({ name: 'decorated_all' })
      all(): string {
        return 'all';
      }
    }
    @Module({ controllers: [DecoratedController] })
    class DecoratedModule {}
    const { client, close } = await startApp({
      imports: [DecoratedModule],
      mcp: {
        routes: {
          modules: [DecoratedModule],
          tags: ['decorated'],
          except: ['DecoratedController.all'],
        },
      },
    });
    const names = (await (await client()).listTools()).map(({ name }) => name);
    expect(names).toEqual(['decorated_all']);
    await close();
  });

  it('stop the boot if a module has no routes or is not part of the application', async () => {
    @Module({})
    class Nowhere {}
    const { message } = await bootError({ imports, mcp: { routes: { modules: [Nowhere] } } });
    expect(message).toContain('Nowhere');
  });
});

describe.each(adapters)('A tool made from a route (%s)', (adapter) => {
  let served: StartedApp;

  beforeAll(async () => {
    served = await startApp({
      adapter,
      imports,
      mcp: { routes: { modules } },
      configure: (app) => void app.setGlobalPrefix('api'),
    });
  });
  afterAll(() => served.close());

  it('has the hints of its HTTP method, unless its own annotations differ', async () => {
    const client = await served.client();
    const hints = async (name: string) => (await toolOf(client, name)).annotations;
    expect(await hints('purchase_orders_find_one')).toEqual({ readOnlyHint: true });
    expect(await hints('purchase_orders_remove')).toEqual({
      destructiveHint: true,
      idempotentHint: true,
    });
    expect(await hints('purchase_orders_replace')).toEqual({ idempotentHint: true });
    for (const name of ['create', 'change']) {
      expect(await hints(`purchase_orders_${name}`)).toBeUndefined();
    }
    expect(await hints('own_name')).toEqual({ readOnlyHint: false, openWorldHint: true });
  });

  it('is described by swagger, else by HTTP method and path', async () => {
    const client = await served.client();
    const description = async (name: string) => (await toolOf(client, name)).description;
    expect(await description('purchase_orders_find_one')).toBe('Reads one order');
    expect(await description('purchase_orders_remove')).toBe('DELETE /api/purchase-orders/:id');
    expect(await description('own_name')).toBe('GET /api/purchase-orders/own/name');
  });

  it('runs behind the guards of its controller', async () => {
    const client = await served.client();
    expect((await client.callTool('purchase_orders_find_one', { id: '7' })).text).toBe('order 7');
    const refused = await client.callTool('purchase_orders_remove', { id: 'secret' });
    expect([refused.isError, refused.text]).toEqual([true, 'Forbidden resource']);
  });
});

describe('@McpTools', () => {
  it('selects routes by their HTTP method, alone and with names', async () => {
    @McpTools({ methods: ['GET'] })
    @Controller('a')
    class A {
      @Get()
      readA(): string {
        return 'a';
      }

      @Post()
      writeA(): string {
        return 'a';
      }
    }

    @McpTools({ methods: ['GET', 'PUT'], except: ['readB'] })
    @Controller('b')
    class B {
      @Get()
      readB(): string {
        return 'b';
      }

      @Get('more')
      moreB(): string {
        return 'b';
      }

      @Put()
      replaceB(): string {
        return 'b';
      }

      @Delete()
      removeB(): string {
        return 'b';
      }
    }
    const served = await startApp({ controllers: [A, B] });
    try {
      const tools = await (await served.client()).listTools();
      expect(tools.map(({ name }) => name)).toEqual(['more_b', 'read_a', 'replace_b']);
    } finally {
      await served.close();
    }
  });

  it('with HTTP methods on a class without routes stops the boot', async () => {
    @McpTools({ methods: ['GET'] })
    @Injectable()
    class Service {
      find(): string {
        return 'found';
      }
    }
    const { message } = await bootError({ providers: [Service] });
    expect(message).toContain('Service');
    expect(message).toContain('methods');
  });
});
