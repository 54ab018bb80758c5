import { AsyncLocalStorage } from 'node:async_hooks';
import {
  All,
  Body,
  Controller,
  Delete,
  ForbiddenException,
  Get,
  Global,
  HttpException,
  Inject,
  Injectable,
  Module,
  Param,
  Post,
  Query,
  RequestMethod,
  Scope,
  UnauthorizedException,
  Version,
  VersioningType,
  type DynamicModule,
  type INestApplication,
  type MiddlewareConsumer,
  type NestMiddleware,
} from '@nestjs/common';
import { NestFactory, REQUEST } from '@nestjs/core';
import { McpModule, McpResource, McpTool, McpTools } from 'nestjs-mcp';
import { adapters, startApp, stopAll, type StartedApp } from '../support/start-app.js';

interface Request {
  headers: Record<string, string | undefined>;
  method: string;
  originalUrl: string;
  user?: string;
}

interface Response {
  statusCode: number;
  setHeader(name: string, value: string): void;
  end(text?: string): void;
  on(event: string, listener: () => void): void;
}

type Next = (error?: unknown) => void;

const textOf = (result: unknown): string =>
  (result as { content: { text: string }[] }).content[0]?.text ?? '';

let ran: string[] = [];

function trace(name: string) {
  return (request: Request, _response: Response, next: Next): void => {
    ran.push(`${name} ${request.method} ${request.originalUrl}`);
    next();
  };
}

/** Lets in who has the key; what it needs comes from its module. */
@Injectable()
class Keys {
  readonly key = 'sesame';
}

@Injectable()
class KeyMiddleware implements NestMiddleware {
  constructor(private readonly keys: Keys) {}

  use(request: Request, _response: Response, next: Next): void {
    ran.push(`key ${request.method} ${request.originalUrl}`);
    if (request.headers['x-key'] !== this.keys.key) throw new UnauthorizedException('No key');
    request.user = 'ann';
    next();
  }
}

@Controller('articles')
class Articles {
  @Get('feed')
  @McpTool()
  feed(): string {
    return 'feed';
  }

  @Get(':slug')
  @McpTool()
  @McpResource('articles://{slug}')
  read(@Param('slug') slug: string, @Query('lang') lang = 'en'): string {
    return `${slug} in ${lang}`;
  }

  @Delete(':slug')
  @McpTool()
  remove(@Param('slug') slug: string): string {
    ran.push('removed');
    return `${slug} removed`;
  }

  @Post()
  @McpTool()
  create(@Body('title') title: string): string {
    return `${title} created`;
  }
}

@Controller('pages')
class Pages {
  @All('any/:name')
  @McpTool()
  any(@Param('name') name: string): string {
    return `any ${name}`;
  }
}

/** A module with middleware. */
function moduleWith(
  configure: (consumer: MiddlewareConsumer) => void,
  controllers: DynamicModule['controllers'] = [],
): DynamicModule {
  @Module({})
  class WithMiddleware {
    configure(consumer: MiddlewareConsumer): void {
      configure(consumer);
    }
  }
  return { module: WithMiddleware, providers: [Keys], controllers };
}

interface Attempt {
  readonly tool: string;
  readonly input: Record<string, unknown>;
  readonly verb: string;
  readonly path: string;
  readonly body?: object;
}

const attempts: Attempt[] = [
  { tool: 'feed', input: {}, verb: 'GET', path: '/articles/feed' },
  { tool: 'read', input: { slug: 'a' }, verb: 'GET', path: '/articles/a' },
  { tool: 'remove', input: { slug: 'a' }, verb: 'DELETE', path: '/articles/a' },
  { tool: 'create', input: { title: 't' }, verb: 'POST', path: '/articles', body: { title: 't' } },
  { tool: 'any', input: { name: 'x' }, verb: 'POST', path: '/pages/any/x', body: {} },
];

/** Calls each route over REST and as a tool, with and without the key: both must run the same middleware and answer the same. */
async function expectSame({ connect, url }: StartedApp, prefix = ''): Promise<string[]> {
  const seen: string[] = [];
  for (const headers of [{}, { 'x-key': 'sesame' }] as Record<string, string>[]) {
    const client = await connect({ headers, path: `${prefix}/mcp` });
    for (const { tool, input, verb, path, body } of attempts) {
      ran = [];
      const rest = await fetch(`${url}${prefix}${path}`, {
        method: verb,
        headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
        body: body && JSON.stringify(body),
      });
      const answer = await rest.text();
      const overRest = ran;
      ran = [];
      const result = await client.callTool({ name: tool, arguments: input });
      const overMcp = ran.filter((line) => !line.endsWith('/mcp'));
      expect({ tool, headers, ran: overMcp }).toEqual({ tool, headers, ran: overRest });
      const text = rest.ok ? answer : (JSON.parse(answer) as { message: string }).message;
      expect({ tool, text: textOf(result), failed: result.isError === true }).toEqual({
        tool,
        text,
        failed: !rest.ok,
      });
      seen.push(...overMcp);
    }
    await client.close();
  }
  return seen;
}

const key = (line: string): boolean => line.startsWith('key');
const { ALL, DELETE, GET } = RequestMethod;

afterEach(stopAll);

describe.each(adapters)('middleware bound to the route of a tool on %s', (adapter) => {
  const forms: [string, (consumer: MiddlewareConsumer) => void, number][] = [
    [
      'a path and a verb',
      (c) => c.apply(KeyMiddleware).forRoutes({ path: 'articles/:slug', method: DELETE }),
      2,
    ],
    ['a path', (c) => c.apply(KeyMiddleware).forRoutes('articles/:slug'), 6],
    [
      'a path that begins with a slash',
      (c) => c.apply(KeyMiddleware).forRoutes('/articles/feed'),
      2,
    ],
    ['a controller', (c) => c.apply(KeyMiddleware).forRoutes(Articles), 8],
    [
      'several',
      (c) => c.apply(KeyMiddleware).forRoutes(Pages, { path: 'articles', method: ALL }),
      4,
    ],
    ['a wildcard', (c) => c.apply(KeyMiddleware).forRoutes('articles/*rest'), 6],
    [
      'a wildcard of a verb',
      (c) => c.apply(KeyMiddleware).forRoutes({ path: 'articles/*rest', method: GET }),
      4,
    ],
    [
      'a controller without some routes',
      (c) =>
        c
          .apply(KeyMiddleware)
          .exclude('articles/feed', { path: 'articles/:slug', method: GET })
          .forRoutes(Articles),
      4,
    ],
    [
      'everything but the routes of the server',
      (c) => c.apply(KeyMiddleware).exclude('mcp').forRoutes('{*path}'),
      10,
    ],
  ];

  it.each(forms)('runs around the call if it is bound to %s', async (_form, configure, times) => {
    const running = await startApp({
      adapter,
      imports: [moduleWith(configure, [Articles, Pages])],
    });
    expect((await expectSame(running)).filter(key)).toHaveLength(times);
  });

  it('respects a global prefix, its exclusions, and versions in the path', async () => {
    @Controller({ path: 'notes', version: ['1', '2'] })
    class Notes {
      @Get(':id')
      @McpTool()
      note(@Param('id') id: string): string {
        return `note ${id}`;
      }
    }
    @Controller('plain')
    class Plain {
      @Get()
      @McpTool()
      plain(): string {
        return 'plain';
      }
    }
    const { connect } = await startApp({
      adapter,
      imports: [
        moduleWith(
          (c) => {
            c.apply(trace('v1')).forRoutes({ path: 'notes/:id', method: GET, version: '1' });
            c.apply(trace('v2')).forRoutes({ path: 'notes/:id', method: GET, version: '2' });
            c.apply(trace('plain')).forRoutes('plain');
          },
          [Notes, Plain],
        ),
      ],
      configure: (created) => {
        created.setGlobalPrefix('api', { exclude: ['plain'] });
        created.enableVersioning();
      },
    });
    const client = await connect({ path: '/api/mcp' });
    ran = [];
    await client.callTool({ name: 'note', arguments: { id: '7' } });
    await client.callTool({ name: 'plain' });
    expect(ran).toEqual(['v1 GET /api/v1/notes/7', 'plain GET /plain']);
    await client.close();
  });

  it('sees the version of a route in its header', async () => {
    @Controller('notes')
    class Notes {
      @Get(':id')
      @Version('2')
      @McpTool()
      note(@Param('id') id: string): string {
        return `note ${id}`;
      }
    }
    const { connect } = await startApp({
      adapter,
      imports: [
        moduleWith(
          (c) => {
            const open = { path: 'notes/:id', method: GET, version: '2' };
            c.apply(trace('all but 2')).exclude(open).forRoutes(Notes);
            c.apply((request: Request, _response: Response, next: Next) => {
              ran.push(String(request.headers['x-version']));
              next();
            }).forRoutes(Notes);
          },
          [Notes],
        ),
      ],
      configure: (created) => {
        created.enableVersioning({ type: VersioningType.HEADER, header: 'X-Version' });
      },
    });
    const client = await connect();
    ran = [];
    await client.callTool({ name: 'note', arguments: { id: '7' } });
    expect(ran.filter((line) => line === '2')).toEqual(['2']);
    await client.close();
  });

  it('runs in Nest’s order: global modules first, then by distance, each in the order of its lines', async () => {
    const first = moduleWith((c) => {
      c.apply(trace('global')).forRoutes(Articles);
    });
    const far = moduleWith(
      (c) => {
        c.apply(trace('far 1'), trace('far 2')).forRoutes(Articles);
      },
      [Articles, Pages],
    );
    const near: DynamicModule = {
      ...moduleWith((c) => {
        c.apply(trace('near')).forRoutes(Articles);
      }),
      imports: [far],
    };
    const running = await startApp({ adapter, imports: [near, { ...first, global: true }] });
    const seen = await expectSame(running);
    expect(seen.slice(0, 4).map((line) => line.split(' GET')[0])).toEqual([
      'global',
      'near',
      'far 1',
      'far 2',
    ]);
  });

  it('runs once if it has already run for the request of the server', async () => {
    const running = await startApp({
      adapter,
      imports: [
        moduleWith(
          (c) => {
            c.apply(trace('everywhere')).forRoutes('{*path}');
            c.apply(trace('but health')).exclude('health').forRoutes('{*path}');
            c.apply(trace('route')).exclude('mcp').forRoutes('{*path}');
          },
          [Articles, Pages],
        ),
      ],
    });
    const client = await running.connect();
    ran = [];
    await client.callTool({ name: 'feed' });
    // The client opens its stream whenever it likes.
    expect(ran.filter((line) => !line.endsWith('GET /mcp'))).toEqual([
      'everywhere POST /mcp',
      'but health POST /mcp',
      'route GET /articles/feed',
    ]);
    await client.close();
  });

  it('has request-scoped dependencies of the call, and passes data to guards and handler', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Tenant {
      constructor(@Inject(REQUEST) private readonly request: Request) {}

      get name(): string {
        return this.request.headers['x-tenant'] ?? 'none';
      }
    }
    @Injectable()
    class TenantMiddleware implements NestMiddleware {
      constructor(private readonly tenant: Tenant) {}

      use(request: Request, _response: Response, next: Next): void {
        if (this.tenant.name === 'none') throw new ForbiddenException('No tenant');
        ran.push(`${this.tenant.name} ${request.originalUrl}`);
        next();
      }
    }
    const storage = new AsyncLocalStorage<string>();
    @Controller('rows')
    class Rows {
      constructor(private readonly tenant: Tenant) {}

      @Get(':id')
      @McpTool()
      async row(@Param('id') id: string): Promise<string> {
        await new Promise((resolve) => setImmediate(resolve));
        return `${id} of ${this.tenant.name}, ${storage.getStore()}`;
      }
    }
    const { connect } = await startApp({
      adapter,
      imports: [
        {
          ...moduleWith(
            (c) => {
              c.apply(TenantMiddleware, (_request: Request, _response: Response, next: Next) =>
                storage.run('stored', next),
              ).forRoutes(Rows);
            },
            [Rows],
          ),
          providers: [Tenant],
        },
      ],
    });
    const none = await connect();
    const refused = await none.callTool({ name: 'row', arguments: { id: '1' } });
    expect([refused.isError, textOf(refused)]).toEqual([true, 'No tenant']);
    for (const tenant of ['red', 'blue']) {
      const client = await connect({ headers: { 'x-tenant': tenant } });
      ran = [];
      const row = await client.callTool({ name: 'row', arguments: { id: '1' } });
      expect(textOf(row)).toBe(`1 of ${tenant}, stored`);
      expect(ran).toEqual([`${tenant} /rows/1`]);
      await client.close();
    }
    await none.close();
  });

  it('refuses the call by answering, throwing or calling next with an error', async () => {
    const answers: Record<string, (response: Response, next: Next) => unknown> = {
      json: (response) => {
        response.statusCode = 401;
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ message: 'Log in first' }));
      },
      text: (response) => {
        response.statusCode = 402;
        response.end('Pay first');
      },
      empty: (response) => {
        response.statusCode = 403;
        response.end();
      },
      late: (response) => {
        setImmediate(() => {
          response.statusCode = 429;
          response.end('Too many');
        });
      },
      and_next: (response, next) => {
        response.statusCode = 401;
        response.end('No, but');
        next();
      },
      throws: () => {
        throw new HttpException({ message: 'Thrown', hint: 'no' }, 418);
      },
      rejects: async () => {
        await Promise.resolve();
        throw new ForbiddenException('Rejected');
      },
      next_http: (_response, next) => next(new ForbiddenException('By next')),
      next_error: (_response, next) => next(new Error('secret by next')),
      breaks: () => {
        throw new Error('secret thrown');
      },
      answers_500: (response) => {
        response.statusCode = 500;
        response.end('secret written');
      },
    };
    const lines: string[] = [];
    const logger = {
      log: () => undefined,
      warn: () => undefined,
      error: (message: unknown) => lines.push(String(message)),
    };
    const { connect } = await startApp({
      adapter,
      settings: { logger },
      imports: [
        moduleWith(
          (c) => {
            c.apply(async (request: Request, response: Response, next: Next) => {
              const name = request.originalUrl.split('/').at(-1) ?? '';
              const answer = answers[name];
              if (answer) await answer(response, next);
              else next();
            }).forRoutes({ path: 'articles/:slug', method: DELETE });
          },
          [Articles],
        ),
      ],
    });
    const client = await connect();
    const told: Record<string, unknown> = {};
    ran = [];
    for (const slug of Object.keys(answers)) {
      const result = await client.callTool({ name: 'remove', arguments: { slug } });
      expect(result.isError).toBe(true);
      told[slug] = textOf(result).replace(/\(\w+\)/, '(id)');
    }
    expect(ran).toEqual([]);
    expect(told).toMatchObject({
      json: 'Log in first',
      text: 'Pay first',
      empty: 'Forbidden',
      late: 'Too many',
      and_next: 'No, but',
      throws: expect.stringContaining('Thrown') as string,
      rejects: 'Rejected',
      next_http: 'By next',
      next_error: 'Internal error (id)',
      breaks: 'Internal error (id)',
      answers_500: 'Internal error (id)',
    });
    expect(lines.join('\n')).toContain('secret by next');
    expect(lines.join('\n')).toContain('secret thrown');
    const fine = await client.callTool({ name: 'remove', arguments: { slug: 'fine' } });
    expect(textOf(fine)).toBe('fine removed');
    await client.close();
  });

  it('runs for a resource made from the route, too', async () => {
    const { connect } = await startApp({
      adapter,
      imports: [moduleWith((c) => c.apply(KeyMiddleware).forRoutes('articles/:slug'), [Articles])],
    });
    const guest = await connect();
    await expect(guest.readResource({ uri: 'articles://a' })).rejects.toThrow('No key');
    const client = await connect({ headers: { 'x-key': 'sesame' } });
    const { contents } = await client.readResource({ uri: 'articles://a' });
    expect((contents[0] as { text: string }).text).toBe('a in en');
    await Promise.all([guest.close(), client.close()]);
  });

  it('cannot be bypassed by an input: neither by an empty one, nor by the name of another route', async () => {
    const { connect } = await startApp({
      adapter,
      imports: [
        moduleWith(
          (c) =>
            c
              .apply(KeyMiddleware)
              .exclude({ path: 'articles/feed', method: GET })
              .forRoutes({ path: 'articles/:slug', method: ALL }),
          [Articles],
        ),
      ],
    });
    const client = await connect();
    expect(textOf(await client.callTool({ name: 'feed' }))).toBe('feed');
    for (const slug of ['feed', '', '.', '..', 'a/b', '%2e', 'a?b', 'a#b', '\ud800', ' ', 'FEED']) {
      const read = await client.callTool({ name: 'read', arguments: { slug } });
      expect({ slug, text: textOf(read) }).toEqual({ slug, text: 'No key' });
    }
    await client.close();
  });

  it('receives the finish event when the call has ended', async () => {
    const { connect } = await startApp({
      adapter,
      imports: [
        moduleWith(
          (c) =>
            c
              .apply((request: Request, response: Response, next: Next) => {
                response.on('finish', () =>
                  ran.push(`${request.method} ${request.originalUrl} ${response.statusCode}`),
                );
                next();
              })
              .forRoutes(Articles),
          [Articles],
        ),
      ],
    });
    const client = await connect();
    ran = [];
    await client.callTool({ name: 'remove', arguments: { slug: 'a' } });
    expect(ran).toEqual(['removed', 'DELETE /articles/a 200']);
    await client.close();
  });

  it('is skipped if the tool, or the class, declares it', async () => {
    @Controller('open')
    class Open {
      @Get('one')
      @McpTool({ middleware: 'skip' })
      one(): string {
        return 'one';
      }
    }
    @McpTools({ except: [], middleware: 'skip' })
    @Controller('whole')
    class Whole {
      @Get()
      whole(): string {
        return 'whole';
      }
    }
    const { connect } = await startApp({
      adapter,
      imports: [moduleWith((c) => c.apply(KeyMiddleware).forRoutes(Open, Whole), [Open, Whole])],
    });
    const client = await connect();
    ran = [];
    for (const name of ['one', 'whole']) {
      expect(textOf(await client.callTool({ name }))).toBe(name);
    }
    expect(ran).toEqual([]);
    await client.close();
  });
});

describe('An application without HTTP', () => {
  const boot = (middleware?: 'skip'): Promise<unknown> => {
    @Controller('rows')
    class Rows {
      @Get()
      @McpTool({ ...(middleware && { middleware }) })
      rows(): string {
        return 'rows';
      }
    }
    @Global()
    @Module({
      imports: [
        McpModule.forRoot({ name: 'rows', version: '1', transports: [] }),
        moduleWith((c) => c.apply(KeyMiddleware).forRoutes(Rows), [Rows]),
      ],
    })
    class AppModule {}
    return NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
  };

  it('fails to boot with a remedy, because Nest never reads its middleware', async () => {
    await expect(boot()).rejects.toThrow(
      /Rows\.rows.*middleware.*NestFactory\.create\(\).*middleware: 'skip'/s,
    );
    const app = (await boot('skip')) as INestApplication;
    await app.close();
  });
});
