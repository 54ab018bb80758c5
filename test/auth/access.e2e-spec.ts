import type { ServerResponse } from 'node:http';
import {
  Controller,
  ForbiddenException,
  Get,
  Injectable,
  Req,
  Scope,
  SetMetadata,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { Reflector } from '@nestjs/core';
import {
  BearerAuthGuard,
  InjectMcpServer,
  McpCompletion,
  McpExecutionContext,
  McpGroup,
  McpModule,
  McpParam,
  McpPrompt,
  McpResource,
  McpTool,
  staticTokens,
  type McpAuthOptions,
  type McpServerRef,
} from 'nestjs-mcp';
import {
  adapters,
  startApp,
  httpWays,
  type HttpWay,
  type StartedApp,
  type StartOptions,
} from '../support/start-app.js';
import { bearer, openSession, postMessage } from './requests.js';

const Roles = (...roles: string[]) => SetMetadata('roles', roles);

/** As applications write it for their routes. */
@Injectable()
class RolesGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const required = this.reflector.getAllAndOverride<string[] | undefined>('roles', [
      context.getHandler(),
      context.getClass(),
    ]);
    if (!required) return true;
    const { user } = context.switchToHttp().getRequest<{ user: { roles: string[] } }>();
    return required.some((role) => user.roles.includes(role));
  }
}

@Injectable({ scope: Scope.REQUEST })
class PerRequestGuard extends RolesGuard {}

@McpGroup('orders', { scopes: ['orders'] })
class Orders {
  @McpTool({ scopes: ['write'] })
  cancel() {
    return 'cancelled';
  }

  @McpTool()
  find() {
    return 'found';
  }

  @McpResource('orders://all', { name: 'all' })
  all() {
    return 'all orders';
  }

  @McpResource('orders://by/{id}', { name: 'one' })
  one() {
    return 'an order';
  }

  @McpPrompt()
  review() {
    return 'Review the orders.';
  }
}

class Greetings {
  @McpPrompt()
  greet(@McpParam('name') name: string) {
    return `Hello ${name}.`;
  }
}

@McpGroup('people', { scopes: ['names'] })
class People {
  @McpCompletion({ prompt: 'greet', argument: 'name' })
  names() {
    return ['Anna'];
  }
}

class Staff {
  @Roles('boss')
  @McpTool({ scopes: ['never-held'] })
  fire() {
    return 'fired';
  }

  @Roles('boss')
  @McpResource('staff://salaries')
  salaries() {
    return 'much';
  }

  @Roles('boss')
  @McpResource('staff://file/{name}')
  file() {
    return 'secret';
  }

  @McpResource('staff://{+path}')
  anything() {
    return 'public';
  }

  @Roles('boss')
  @McpPrompt()
  motivate() {
    return 'Motivate.';
  }

  @McpTool()
  greet() {
    return 'hello';
  }
}

@UseGuards(BearerAuthGuard)
@Controller('tools')
class ToolsController {
  constructor(@InjectMcpServer() private readonly server: McpServerRef) {}

  @Get()
  async list(@Req() request: object) {
    return (await this.server.tools.visibleTo(request)).map(({ name }) => name);
  }
}

const people: Record<string, { subject: string; scopes: string[]; user: object }> = {
  boss: { subject: 'boss', scopes: ['orders', 'write', 'names'], user: { roles: ['boss'] } },
  clerk: { subject: 'clerk', scopes: ['orders'], user: { roles: [] } },
  guest: { subject: 'guest', scopes: [], user: { roles: [] } },
};
const auth: McpAuthOptions = {
  verifier: { verify: (token) => Promise.resolve(people[token] ?? null) },
  optional: true,
};

interface Started extends Pick<StartOptions, 'adapter' | 'providers'> {
  auth?: McpAuthOptions;
  visibility?: NonNullable<Parameters<typeof McpModule.forRoot>[0]['visibility']>;
}

function start({ adapter, providers = [Orders], ...options }: Started = {}) {
  return startApp({
    mcp: { name: 'shop', version: '1', auth, ...options },
    adapter,
    providers,
    controllers: [ToolsController],
  });
}

async function listsOf(app: StartedApp, over: HttpWay, token?: string) {
  const client = await app.connect({ over, token });
  const { tools } = await client.listTools();
  const { resources } = await client.listResources();
  const { resourceTemplates } = await client.listResourceTemplates();
  const { prompts } = await client.listPrompts();
  return [...tools, ...resources, ...resourceTemplates, ...prompts].map(({ name }) => name);
}

const operations = [
  ['tools/call', { name: 'orders_find' }],
  ['resources/read', { uri: 'orders://all' }],
  ['resources/read', { uri: 'orders://by/7' }],
  ['prompts/get', { name: 'orders_review' }],
] as const;

describe.each(adapters)('scopes on %s', (adapter) => {
  let app: StartedApp;
  beforeAll(async () => {
    app = await start({ adapter, providers: [Orders, Greetings, People] });
  });
  afterAll(() => app.close());

  it.each(httpWays)('determine the lists over %s', async (over) => {
    const all = ['orders_find', 'orders_all', 'orders_one', 'greet', 'orders_review'];
    expect(await listsOf(app, over, 'boss')).toEqual(['orders_cancel', ...all]);
    expect(await listsOf(app, over, 'clerk')).toEqual(all);
    expect(await listsOf(app, over, 'guest')).toEqual(['greet']);
    expect(await listsOf(app, over)).toEqual(['greet']);
  });

  const list = async (headers = {}) =>
    (await fetch(`${app.url}/tools`, { headers })).json() as Promise<string[]>;

  it('determine the own list of the application', async () => {
    expect(await list(bearer('boss'))).toEqual(['orders_cancel', 'orders_find']);
    expect(await list(bearer('clerk'))).toEqual(['orders_find']);
    expect(await list()).toEqual([]);
  });

  it.each(operations)(
    '%s %j answers 403 with a challenge to callers without them',
    async (method, params) => {
      const session = await openSession(app.url, bearer('guest'));
      const response = await postMessage(app.url, { id: 7, method, params }, session);
      expect(response.status).toBe(403);
      expect(response.headers.get('www-authenticate')).toBe(
        'Bearer realm="shop", error="insufficient_scope", error_description="The token lacks scopes", scope="orders"',
      );
      expect(await response.json()).toMatchObject({
        id: 7,
        error: { message: expect.stringContaining('insufficient_scope') },
      });
    },
  );

  it.each(operations)(
    '%s %j answers 401 with the scope to anonymous callers',
    async (method, params) => {
      const session = await openSession(app.url);
      const response = await postMessage(app.url, { id: 7, method, params }, session);
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer realm="shop", scope="orders"');
    },
  );

  it.each(operations)('%s %j works for callers with them', async (method, params) => {
    const session = await openSession(app.url, bearer('clerk'));
    const response = await postMessage(app.url, { id: 7, method, params }, session);
    expect(await response.json()).toHaveProperty('result');
  });

  it('are all named in the challenge of an operation, including those that the caller has', async () => {
    const session = await openSession(app.url, bearer('clerk'));
    const message = { id: 7, method: 'tools/call', params: { name: 'orders_cancel' } };
    const response = await postMessage(app.url, message, session);
    expect(response.headers.get('www-authenticate')).toContain('scope="orders write"');
  });

  const completions = [
    ['of a prompt', { type: 'ref/prompt', name: 'orders_review' }, 'order', 'orders'],
    ['of a resource template', { type: 'ref/resource', uri: 'orders://by/{id}' }, 'id', 'orders'],
    ['that ask for more themselves', { type: 'ref/prompt', name: 'greet' }, 'name', 'names'],
  ] as const;

  it.each(completions)(
    'refuse completions %s by status and challenge',
    async (_what, ref, name, scope) => {
      const params = { ref, argument: { name, value: '' } };
      const message = { id: 7, method: 'completion/complete', params };
      const guest = await openSession(app.url, bearer('guest'));
      const refused = await postMessage(app.url, message, guest);
      expect(refused.status).toBe(403);
      expect(refused.headers.get('www-authenticate')).toContain(`scope="${scope}"`);
      const anonymous = await postMessage(app.url, message, await openSession(app.url));
      expect(anonymous.status).toBe(401);
      const boss = await openSession(app.url, bearer('boss'));
      expect(await (await postMessage(app.url, message, boss)).json()).toHaveProperty('result');
    },
  );

  it('refuse over SSE with a JSON-RPC error, because the POST has been answered already', async () => {
    const client = await app.connect({ over: 'sse', token: 'guest' });
    await expect(client.callTool({ name: 'orders_find' })).rejects.toMatchObject({
      data: { error: 'insufficient_scope', scope: 'orders' },
    });
    await expect(client.readResource({ uri: 'orders://all' })).rejects.toThrow(
      'insufficient_scope',
    );
    await expect(client.getPrompt({ name: 'orders_review' })).rejects.toThrow('insufficient_scope');
  });
});

describe('scopes', () => {
  it('apply if the server authenticates no caller', async () => {
    const app = await startApp({
      mcp: { name: 'shop', version: '1' },

      providers: [Orders],
    });
    expect(await listsOf(app, 'http')).toEqual([]);
    const session = await openSession(app.url);
    const message = { id: 1, method: 'tools/call', params: { name: 'orders_find' } };
    const response = await postMessage(app.url, message, session);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('scope="orders"');
    await app.close();
  });

  it('are all granted by a static token without a list', async () => {
    const app = await start({ auth: { verifier: staticTokens('bare') } });
    expect(await listsOf(app, 'http', 'bare')).toContain('orders_cancel');
    await app.close();
  });

  it('may include one another', async () => {
    const app = await start({
      auth: {
        ...auth,
        scopeSatisfies: (required, granted) =>
          granted.includes(required) || (required === 'write' && granted.includes('orders')),
      },
    });
    const client = await app.connect({ token: 'clerk' });
    const result = await client.callTool({ name: 'orders_cancel' });
    expect(result.content).toEqual([{ type: 'text', text: 'cancelled' }]);
    await app.close();
  });

  it('do not hide primitives from lists with listUnscoped, and still protect the calls', async () => {
    const app = await start({ auth: { ...auth, listUnscoped: true } });
    expect(await listsOf(app, 'sse', 'guest')).toContain('orders_cancel');
    const session = await openSession(app.url, bearer('guest'));
    const message = { id: 1, method: 'tools/call', params: { name: 'orders_cancel' } };
    expect((await postMessage(app.url, message, session)).status).toBe(403);
    await app.close();
  });

  it('that no token can contain stop the boot', async () => {
    class Wrong {
      @McpTool({ scopes: ['two words'] })
      act() {
        return 1;
      }
    }
    await expect(start({ providers: [Wrong] })).rejects.toThrow(/Wrong\.act: 'two words'/);
  });

  it('protect what is added at run time', async () => {
    const app = await start({ providers: [] });
    const server = app.app.get<McpServerRef>('nestjs-mcp:server');
    server.tools.add({ name: 'late', scopes: ['write'], handler: () => 'done' });
    expect(await listsOf(app, 'http', 'clerk')).toEqual([]);
    expect(await listsOf(app, 'http', 'boss')).toEqual(['late']);
    expect(server.tools.list().map(({ name }) => name)).toEqual(['late']);
    await app.close();
  });

  it('hide what is added to lists that every caller has seen completely', async () => {
    const app = await start({ providers: [] });
    const server = app.app.get<McpServerRef>('nestjs-mcp:server');
    server.tools.add({ name: 'open', handler: () => 'done' });
    server.resources.add({ uri: 'open://resource', name: 'page', handler: () => 'read' });
    const seen = ['open', 'page'];
    expect(await listsOf(app, 'http', 'clerk')).toEqual(seen);
    const remove = [
      server.tools.add({ name: 'late', scopes: ['write'], handler: () => 'done' }),
      server.resources.add({
        uri: 'late://1',
        name: 'hidden',
        visibility: () => false,
        handler: () => '',
      }),
    ];
    expect(await listsOf(app, 'http', 'clerk')).toEqual(seen);
    expect(await listsOf(app, 'http', 'boss')).toEqual(['late', ...seen]);
    for (const one of remove) one();
    expect(await listsOf(app, 'http', 'boss')).toEqual(seen);
    await app.close();
  });
});

describe.each([
  ['a guard that no module provides', RolesGuard, [Staff]],
  ['a guard that the application provides', RolesGuard, [Staff, RolesGuard]],
  ['a request-scoped guard', PerRequestGuard, [Staff, PerRequestGuard]],
] as const)('visibility by %s', (_what, visibility, providers) => {
  let app: StartedApp;
  beforeAll(async () => {
    app = await start({ visibility, providers: [...providers] });
  });
  afterAll(() => app.close());

  it.each(httpWays)(
    'lets the roles of the application decide what is listed over %s',
    async (over) => {
      expect(await listsOf(app, over, 'boss')).toEqual([
        'greet',
        'salaries',
        'file',
        'anything',
        'motivate',
      ]);
      expect(await listsOf(app, over, 'clerk')).toEqual(['greet', 'anything']);
      // The guard throws for who has no user at all.
      expect(await listsOf(app, over)).toEqual(['greet', 'anything']);
    },
  );

  it.each(httpWays)(
    'answers a hidden primitive over %s like an unknown one, whatever scopes it needs',
    async (over) => {
      const client = await app.connect({ over, token: 'clerk' });
      await expect(client.callTool({ name: 'fire' })).rejects.toMatchObject({
        code: -32602,
        message: expect.stringContaining('Unknown tool: fire'),
      });
      await expect(client.getPrompt({ name: 'motivate' })).rejects.toMatchObject({ code: -32602 });
      const boss = await app.connect({ over, token: 'boss' });
      const prompt = await boss.getPrompt({ name: 'motivate' });
      expect(prompt.messages).toHaveLength(1);
    },
  );

  const read = async (token: string, uri: string) => {
    const client = await app.connect({ token });
    const { contents } = await client.readResource({ uri });
    return (contents[0] as { text: string }).text;
  };

  it('answers a hidden resource like an unknown one', async () => {
    expect(await read('boss', 'staff://salaries')).toBe('much');
    expect(await read('boss', 'staff://file/anna')).toBe('secret');
    // The next template that matches has its turn, as if the hidden ones were not declared.
    expect(await read('clerk', 'staff://salaries')).toBe('public');
    expect(await read('clerk', 'staff://file/anna')).toBe('public');
  });

  it('checks scopes for visible primitives', async () => {
    const session = await openSession(app.url, bearer('boss'));
    const message = { id: 1, method: 'tools/call', params: { name: 'fire' } };
    const response = await postMessage(app.url, message, session);
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toContain('scope="never-held"');
  });

  it('determines the own list of the application', async () => {
    const response = await fetch(`${app.url}/tools`, { headers: bearer('clerk') });
    expect(await response.json()).toEqual(['greet']);
  });
});

describe('visibility', () => {
  it('is checked for the module, the class and the method, and a failure hides the primitive', async () => {
    const asked: string[] = [];
    const says = (who: string, answer: () => boolean | Promise<boolean>) => {
      return (context: ExecutionContext) => {
        const { name } = McpExecutionContext.create(context).getPrimitive();
        asked.push(`${who}: ${name} ${context.getClass().name} ${context.getHandler().name}`);
        return answer();
      };
    };
    @McpGroup('g', { visibility: says('class', () => Promise.resolve(true)) })
    class Some {
      @McpTool({ visibility: says('method', () => true) })
      seen() {
        return 1;
      }

      @McpTool({ visibility: () => Promise.reject(new Error('down')) })
      broken() {
        return 1;
      }

      @McpTool({
        visibility: () => {
          throw new ForbiddenException();
        },
      })
      refused() {
        return 1;
      }
    }
    const app = await start({ providers: [Some], visibility: says('module', () => true) });
    expect(await listsOf(app, 'http', 'guest')).toEqual(['g_seen']);
    const own = asked.filter((line) => line.includes('g_seen'));
    expect(own).toEqual([
      'module: g_seen Some seen',
      'class: g_seen Some seen',
      'method: g_seen Some seen',
    ]);
    await app.close();
  });

  it('of one primitive may answer by the response, which hides no other one', async () => {
    const responseOf = (context: ExecutionContext) =>
      context.switchToHttp().getResponse<ServerResponse>();
    class Answering {
      @McpTool({
        visibility: (context: ExecutionContext) => {
          responseOf(context).writeHead(403).end('no');
          return false;
        },
      })
      a_hidden() {
        return 1;
      }

      @McpTool({
        visibility: (context: ExecutionContext) => {
          responseOf(context).setHeader('x-checked', 'yes');
          return true;
        },
      })
      b_seen() {
        return 1;
      }
    }
    const app = await start({ providers: [Answering] });
    expect(await listsOf(app, 'http', 'guest')).toEqual(['b_seen']);
    await app.close();
  });

  it('ignores the other guards of a primitive for lists', async () => {
    let runs = 0;
    class CountingGuard implements CanActivate {
      canActivate(): boolean {
        runs++;
        return true;
      }
    }
    class Guarded {
      @UseGuards(CountingGuard)
      @McpTool({ visibility: () => true })
      act() {
        return 'done';
      }
    }
    const app = await start({ providers: [Guarded] });
    const client = await app.connect({ token: 'guest' });
    await client.listTools();
    expect(runs).toBe(0);
    await client.callTool({ name: 'act' });
    expect(runs).toBe(1);
    await app.close();
  });

  it('by a guard whose dependencies no module provides stops the boot', async () => {
    class Missing {}
    @Injectable()
    class NeedyGuard implements CanActivate {
      constructor(readonly missing: Missing) {}
      canActivate(): boolean {
        return true;
      }
    }
    class Hidden {
      @McpTool({ visibility: NeedyGuard })
      act() {
        return 1;
      }
    }
    await expect(start({ providers: [Hidden] })).rejects.toThrow(/Hidden\.act.*NeedyGuard/);
  });
});

const updatesOf = (client: Client) => {
  const uris: string[] = [];
  let heard: (() => void) | undefined;
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
    uris.push(params.uri);
    heard?.();
  });
  return { uris, next: () => new Promise<void>((resolve) => (heard = resolve)) };
};

describe('Later additions to the protocol', () => {
  let app: StartedApp;
  const roles: Record<string, string[]> = { boss: ['boss'] };

  class Watched {
    @Roles('boss')
    @McpResource('staff://salaries')
    salaries() {
      return 'much';
    }

    @McpResource('orders://all', { scopes: ['orders'] })
    orders() {
      return 'all orders';
    }

    @McpPrompt({ scopes: ['orders'] })
    review(@McpParam('order') order: string) {
      return `Review ${order}.`;
    }

    @McpCompletion({ prompt: 'review', argument: 'order' })
    complete() {
      return ['one', 'two'];
    }

    @McpTool({ scopes: ['orders'] })
    find() {
      return 'found';
    }
  }

  // The roles of the moment, not those of the request.
  const visibility = (context: ExecutionContext) => {
    const required = Reflect.getMetadata('roles', context.getHandler()) as string[] | undefined;
    const { auth: caller } = McpExecutionContext.create(context).getMcpContext();
    return !required || required.some((role) => roles[caller?.subject ?? '']?.includes(role));
  };

  beforeAll(async () => {
    const subjects: Record<string, string[]> = { boss: ['orders'], guest: [] };
    const verify = (token: string) =>
      Promise.resolve(
        subjects[token]
          ? { subject: token, scopes: subjects[token], user: { roles: roles[token] ?? [] } }
          : null,
      );
    app = await start({
      providers: [Watched],
      auth: { verifier: { verify }, optional: true },
      visibility,
    });
  });
  afterAll(() => app.close());

  it.each(httpWays)(
    'refuse subscriptions over %s to hidden resources and to those beyond the scopes',
    async (over) => {
      const guest = await app.connect({ over, token: 'guest' });
      await expect(guest.subscribeResource({ uri: 'staff://salaries' })).rejects.toMatchObject({
        code: -32002,
      });
      await expect(guest.subscribeResource({ uri: 'orders://all' })).rejects.toThrow(
        'insufficient_scope',
      );
    },
  );

  it('announce no change of what the caller may no longer see', async () => {
    const server = app.app.get<McpServerRef>('nestjs-mcp:server');
    const boss = await app.connect({ over: 'sse', token: 'boss' });
    const { uris, next } = updatesOf(boss);
    await boss.subscribeResource({ uri: 'staff://salaries' });
    await boss.subscribeResource({ uri: 'orders://all' });
    let change = next();
    server.notifyResourceUpdated('staff://salaries');
    await change;
    roles['boss'] = [];
    change = next();
    server.notifyResourceUpdated('staff://salaries');
    server.notifyResourceUpdated('orders://all');
    await change;
    roles['boss'] = ['boss'];
    expect(uris).toEqual(['staff://salaries', 'orders://all']);
  });

  const ref = { type: 'ref/prompt', name: 'review' } as const;

  it('complete the arguments of prompts that the caller may get', async () => {
    const boss = await app.connect({ token: 'boss' });
    const { completion } = await boss.complete({ ref, argument: { name: 'order', value: '' } });
    expect(completion.values).toEqual(['one', 'two']);
    const session = await openSession(app.url, bearer('guest'));
    const params = { ref, argument: { name: 'order', value: '' } };
    const response = await postMessage(
      app.url,
      { id: 1, method: 'completion/complete', params },
      session,
    );
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toContain('scope="orders"');
  });

  const call = (token?: string) =>
    postMessage(
      app.url,
      {
        id: 1,
        method: 'tools/call',
        params: {
          name: 'find',
          _meta: {
            'io.modelcontextprotocol/protocolVersion': '2026-07-28',
            'io.modelcontextprotocol/clientCapabilities': {},
          },
        },
      },
      {
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'tools/call',
        'mcp-name': 'find',
        ...(token !== undefined && bearer(token)),
      },
    );

  it('are refused in the modern era with the same status and challenge', async () => {
    const guest = await call('guest');
    expect(guest.status).toBe(403);
    expect(guest.headers.get('www-authenticate')).toContain(
      'error="insufficient_scope", error_description="The token lacks scopes", scope="orders"',
    );
    expect((await call()).status).toBe(401);
    const boss = await call('boss');
    expect(await boss.json()).toMatchObject({ id: 1, result: { content: [{ text: 'found' }] } });
  });
});
