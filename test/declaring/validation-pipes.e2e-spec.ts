import {
  Body,
  Controller,
  Get,
  Injectable,
  Post,
  Query,
  UsePipes,
  ValidationPipe,
  type Type as Class,
  type INestApplication,
  type ValidationPipeOptions,
} from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, MinLength } from 'class-validator';
import { McpTool, McpTools } from 'nestjs-mcp';
import { startApp, type StartedApp } from '../support/start-app.js';
import { toolOf } from '../support/tool-calls.js';

const STRICT = { transform: true, whitelist: true, forbidNonWhitelisted: true };

/** What a method was given, and whether it is an instance of its class. */
const seen = (given: object, type: Class, more: object = {}): object =>
  Object.assign({}, given, { made: given instanceof type }, more);

class Order {
  @IsString({ groups: ['create'] })
  @MinLength(2, { groups: ['create'] })
  sku!: string;

  @IsInt({ groups: ['create', 'change'] })
  @IsOptional({ groups: ['change'] })
  quantity!: number;
}

class Filter {
  @IsString()
  q!: string;

  @IsOptional()
  @IsInt()
  @Type(() => Number)
  page?: number;
}

@Injectable()
class OwnPipe extends ValidationPipe {
  constructor() {
    super({ transform: true, skipMissingProperties: true });
  }
}

@Controller('piped')
@UsePipes(new ValidationPipe({ ...STRICT, groups: ['change'] }))
@McpTools({ except: [] })
class PipedController {
  @Post('by-class')
  byClass(@Body() order: Order): object {
    return seen(order, Order);
  }

  @Post('by-method')
  @UsePipes(new ValidationPipe({ ...STRICT, groups: ['create'] }))
  byMethod(@Body() order: Order): object {
    return seen(order, Order);
  }
}

@Controller('own')
@McpTools({ except: [] })
class OwnController {
  @Post('parameter')
  parameter(
    @Body(new ValidationPipe({ whitelist: true })) filter: Filter,
    @Query('dry') dry?: string,
  ): object {
    return seen(filter, Filter, { dry: dry ?? null });
  }

  @Post('given-as-class')
  @UsePipes(OwnPipe)
  givenAsClass(@Body() filter: Filter): object {
    return seen(filter, Filter);
  }
}

const served: StartedApp[] = [];
const start = async (...parameters: Parameters<typeof startApp>): Promise<StartedApp> => {
  const one = await startApp(...parameters);
  served.push(one);
  return one;
};
afterEach(async () => {
  await Promise.all(served.splice(0).map((one) => one.close()));
});

const piped = (options?: ValidationPipeOptions) => (app: INestApplication) => {
  if (options) app.useGlobalPipes(new ValidationPipe(options));
};

const asTool = async (app: StartedApp, name: string, input: Record<string, unknown>) => {
  const result = await (await app.client()).callTool(name, input);
  return result.isError ? 400 : result.structured;
};

const overRest = async (app: StartedApp, path: string, input: object) => {
  const response = await fetch(`${app.url}/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });
  return response.ok ? response.json() : response.status;
};

describe('A ValidationPipe on a class, a method or a parameter', () => {
  it('determines the schema and validates, as over HTTP', async () => {
    const app = await start({ controllers: [PipedController, OwnController] });
    const tools = Object.fromEntries(
      await Promise.all(
        ['by_class', 'by_method', 'parameter', 'given_as_class'].map(async (name) => [
          name,
          (await toolOf(await app.client(), name)).inputSchema,
        ]),
      ),
    );
    expect(tools).toMatchObject({
      by_class: { properties: { quantity: { type: 'integer' } }, additionalProperties: false },
      by_method: {
        properties: { sku: { minLength: 2 }, quantity: { type: 'integer' } },
        required: ['sku', 'quantity'],
      },
      parameter: { properties: { q: { type: 'string' } }, required: ['q'] },
      given_as_class: { properties: { q: { type: 'string' } } },
    });
    expect(tools['by_class'].required).toBeUndefined();
    expect(tools['parameter']).not.toHaveProperty('additionalProperties');
    expect(tools['given_as_class'].required).toBeUndefined();
    for (const [name, path, input] of [
      ['by_class', 'piped/by-class', {}],
      ['by_class', 'piped/by-class', { quantity: 2 }],
      ['by_class', 'piped/by-class', { quantity: 'two' }],
      ['parameter', 'own/parameter', { q: 'a', other: 1 }],
      ['parameter', 'own/parameter', { page: 1 }],
      ['given_as_class', 'own/given-as-class', {}],
      ['given_as_class', 'own/given-as-class', { q: 'a', page: '3', other: 1 }],
    ] as const) {
      expect([name, input, await asTool(app, name, input)]).toEqual([
        name,
        input,
        await overRest(app, path, input),
      ]);
    }
  });

  it('runs alone; of several pipes the last one runs', async () => {
    const app = await start({
      controllers: [PipedController, OwnController],
      configure: piped(STRICT),
    });
    // Over HTTP the pipe of the class would ask for another group first.
    expect(await asTool(app, 'by_method', { sku: 'AB', quantity: 1 })).toEqual({
      sku: 'AB',
      quantity: 1,
      made: true,
    });
    expect(await asTool(app, 'by_method', { sku: 'A', quantity: 1 })).toBe(400);
    // The global one would refuse the key; this one strips it.
    expect(await asTool(app, 'parameter', { q: 'a', other: 1 })).toEqual({
      q: 'a',
      made: false,
      dry: null,
    });
  });
});

class Line {
  @ApiProperty({ minimum: 1 })
  qty!: number;
}

class Unruled {
  @ApiProperty({ description: 'Who orders' })
  customer!: string;

  @ApiPropertyOptional({ enum: ['a', 'b'] })
  kind?: string;

  @ApiProperty({ type: [Line] })
  lines!: Line[];
}

class Silent {
  text!: string;
}

class Upper {
  @Transform(({ value }) => String(value).toUpperCase())
  text!: string;
}

@Controller('unruled')
@McpTools({ except: [] })
class UnruledController {
  @Post('documented')
  documented(@Body() body: Unruled): object {
    return seen(body, Unruled);
  }

  @Post('silent')
  silent(@Body() body: Silent): object {
    return seen(body, Silent);
  }

  @Post('transformed')
  transformed(@Body() body: Upper): object {
    return seen(body, Upper);
  }

  @Get('searched')
  searched(@Query() query: Silent): object {
    return query;
  }
}

@Injectable()
class UnruledService {
  @McpTool()
  served(input: Unruled): object {
    return input;
  }
}

describe('A class without any validation rule', () => {
  const inputs = [
    {},
    { customer: 'me', lines: [{ qty: 2 }] },
    { customer: 5, other: { deep: true } },
    { text: 'hello' },
  ];

  it.each([
    ['no pipe', undefined],
    ['a pipe that only transforms', { transform: true }],
    ['a pipe that strips', { transform: true, whitelist: true }],
    ['a pipe that refuses what is unknown', STRICT],
  ])('is accepted as by the route, with %s', async (_, options) => {
    const app = await start({ controllers: [UnruledController], configure: piped(options) });
    for (const name of ['documented', 'silent', 'transformed']) {
      for (const input of inputs) {
        expect([name, input, await asTool(app, name, input)]).toEqual([
          name,
          input,
          await overRest(app, `unruled/${name}`, input),
        ]);
      }
    }
  });

  it('is described by its documentation, allows further keys, and causes one warning', async () => {
    const app = await start({
      controllers: [UnruledController],
      providers: [UnruledService],
      mcp: { validation: STRICT },
    });
    const client = await app.client();
    for (const name of ['documented', 'served']) {
      const { inputSchema } = await toolOf(client, name);
      expect(inputSchema).toEqual({
        type: 'object',
        properties: {
          customer: { type: 'string', description: 'Who orders' },
          kind: { type: 'string', enum: ['a', 'b'] },
          lines: {
            type: 'array',
            items: {
              type: 'object',
              properties: { qty: { type: 'number', minimum: 1 } },
              required: ['qty'],
            },
          },
        },
        required: ['customer', 'lines'],
      });
    }
    // The compiler leaves the names of its fields, and no more.
    expect((await toolOf(client, 'silent')).inputSchema).toEqual({
      type: 'object',
      properties: { text: {} },
    });
    expect(await asTool(app, 'served', { other: 1 })).toEqual({ other: 1 });
    expect(await asTool(app, 'searched', { text: 'x', more: 'y' })).toEqual({
      text: 'x',
      more: 'y',
    });
    const warnings = app.log.of('warn').filter((line) => line.includes('validation rule'));
    expect(warnings).toEqual([
      expect.stringMatching(
        /taken as it comes: .*Unruled \(UnruledController\.documented\), Silent .*Decorate them/u,
      ),
    ]);
  });

  it('causes a warning that it is refused if the application forbids properties without rules', async () => {
    const app = await start({ controllers: [UnruledController], configure: piped(STRICT) });
    expect((await toolOf(await app.client(), 'documented')).inputSchema).toEqual({
      type: 'object',
      properties: {},
      additionalProperties: false,
    });
    expect(app.log.of('warn').filter((line) => line.includes('validation rule'))).toEqual([
      expect.stringContaining("the application's ValidationPipe refuses or strips every key"),
    ]);
  });
});
