import { Controller, Get, Inject, Injectable, Module, Scope } from '@nestjs/common';
import {
  McpContext,
  McpCtx,
  McpGroup,
  McpParam,
  McpPrompt,
  McpResource,
  McpTool,
} from 'nestjs-mcp';
import { httpWays, startApp, type StartedApp } from '../support/start-app.js';

@Injectable()
class Numbers {
  readonly base = 10;
}

@Injectable()
class ClassProvider {
  constructor(private readonly numbers: Numbers) {}

  @McpTool()
  fromClass(@McpParam('n') n: number): number {
    return this.numbers.base + n;
  }
}

class FactoryMade {
  constructor(private readonly greeting: string) {}

  @McpTool()
  fromFactory(): string {
    return this.greeting;
  }
}

class AsValue {
  @McpTool()
  fromValue(): string {
    return 'value';
  }
}

abstract class Crud {
  abstract readonly table: string;

  @McpTool({ description: 'Inherited' })
  findAll(): string {
    return `all ${this.table}`;
  }

  @McpTool()
  count(): string {
    return `count of ${this.table}`;
  }
}

@Injectable()
@McpGroup('users')
class Users extends Crud {
  readonly table = 'users';

  override count(): string {
    return 'overridden without a decorator';
  }
}

@Injectable()
@McpGroup('pets')
class Pets extends Crud {
  readonly table = 'pets';

  @McpTool({ description: 'Overridden' })
  override findAll(): string {
    return 'pets, one by one';
  }

  @McpResource('pets://all')
  list(): string {
    return 'pets';
  }

  @McpPrompt()
  praise(): string {
    return 'Praise pets';
  }
}

let made = 0;

@Injectable({ scope: Scope.REQUEST })
class PerRequest {
  readonly number = ++made;

  @McpTool()
  requestScoped(): number {
    return this.number;
  }
}

@Injectable({ scope: Scope.TRANSIENT })
class Transient {
  @McpTool()
  fromTransient(): string {
    return 'transient';
  }
}

@Controller('plain')
class PlainController {
  @Get()
  route(): string {
    return 'no tool';
  }

  @McpTool()
  besideRoutes(@McpParam('a') a: string, context: McpContext): string {
    return `${a} of ${context.primitive.name}`;
  }
}

@Injectable()
class Stacked {
  @McpTool({ name: 'new_name' })
  @McpTool({ name: 'old_name', description: 'Deprecated' })
  @McpResource('stacked://value')
  both(@McpCtx() context: McpContext): string {
    return context.primitive.kind;
  }
}

@Module({ providers: [ClassProvider, Numbers], exports: [ClassProvider] })
class SharedModule {}

@Module({ imports: [SharedModule], providers: [{ provide: 'alias', useExisting: ClassProvider }] })
class AliasModule {
  constructor(@Inject('alias') readonly alias: ClassProvider) {}
}

describe.each(httpWays)('Discovery, over /%s,', (way) => {
  let served: StartedApp;
  const connect = () => served.client({ over: way });

  beforeAll(async () => {
    served = await startApp({
      imports: [SharedModule, AliasModule],
      controllers: [PlainController],
      providers: [
        { provide: 'factory', useFactory: async () => new FactoryMade('made') },
        { provide: 'value', useValue: new AsValue() },
        { provide: 'nothing', useValue: undefined },
        { provide: 'function', useValue: () => 1 },
        { provide: 'bare', useValue: Object.create(null) as object },
        Users,
        Pets,
        PerRequest,
        Transient,
        Stacked,
      ],
    });
  });

  afterAll(() => served.close());

  it('finds the decorated methods of every provider and controller, in the order of their names', async () => {
    const client = await connect();
    const tools = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      'beside_routes',
      'from_class',
      'from_factory',
      'from_transient',
      'from_value',
      'new_name',
      'old_name',
      'pets_count',
      'pets_find_all',
      'request_scoped',
      'users_find_all',
    ]);
  });

  it.each([
    ['from_class', { n: 2 }, '12'],
    ['from_factory', {}, 'made'],
    ['from_value', {}, 'value'],
    ['from_transient', {}, 'transient'],
    ['beside_routes', { a: 'x' }, 'x of beside_routes'],
    ['users_find_all', {}, 'all users'],
    ['pets_find_all', {}, 'pets, one by one'],
    ['pets_count', {}, 'count of pets'],
    ['old_name', {}, 'tool'],
  ])('runs them on their own instance (%s)', async (name, input, answer) => {
    expect((await (await connect()).callTool(name, input)).text).toBe(answer);
  });

  it('makes a request-scoped instance for each request', async () => {
    const client = await connect();
    const one = Number((await client.callTool('request_scoped')).text);
    expect(Number((await client.callTool('request_scoped')).text)).toBeGreaterThan(one);
  });

  it('counts an instance once that several modules and aliases provide', () => {
    expect(served.log.of('warn').filter((line) => line.includes('ClassProvider'))).toEqual([]);
  });

  it('prefixes the names of a group, of prompts and resources too, but no URI', async () => {
    const client = await connect();
    const prompts = await client.listPrompts();
    expect(prompts.map(({ name }) => name)).toEqual(['pets_praise']);
    const resources = await client.listResources();
    expect(resources.map(({ name, uri }) => ({ name, uri }))).toEqual([
      { name: 'pets_list', uri: 'pets://all' },
      { name: 'both', uri: 'stacked://value' },
    ]);
  });

  it('removes a tool by an override without a decorator', async () => {
    const tools = await (await connect()).listTools();
    expect(tools.map(({ name }) => name)).not.toContain('users_count');
  });
});
