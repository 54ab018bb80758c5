import type { McpTestClient } from 'nestjs-mcp/testing';
import {
  Inject,
  Injectable,
  Module,
  Scope,
  ValidationPipe,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { IsInt, Max } from 'class-validator';
import {
  getMcpServerToken,
  McpConfigurationError,
  McpExecutionContext,
  McpTool,
  type McpContext,
  type McpServerRef,
} from 'nestjs-mcp';
import { httpWays, startApp, type StartedApp } from '../support/start-app.js';
import { toolOf } from '../support/tool-calls.js';

class Order {
  @IsInt()
  @Max(10)
  quantity!: number;
}

@Injectable()
class Allowed {
  readonly quantities = [1, 2];
}

@Injectable()
class QuantityGuard implements CanActivate {
  constructor(private readonly allowed: Allowed) {}

  canActivate(context: ExecutionContext): boolean {
    const { quantity } = McpExecutionContext.create(context).getInput<Order>();
    return this.allowed.quantities.includes(quantity);
  }
}

/** What only its own module can inject. */
@Injectable()
class Switchboard {
  isOpen = true;
}

@Injectable()
class SwitchGuard implements CanActivate {
  constructor(private readonly board: Switchboard) {}

  canActivate(): boolean {
    return this.board.isOpen;
  }
}

@Injectable({ scope: Scope.REQUEST })
class ScopedSwitchGuard extends SwitchGuard {
  constructor(
    board: Switchboard,
    @Inject(REQUEST) readonly request: object,
  ) {
    super(board);
  }

  override canActivate(): boolean {
    return super.canActivate() && 'headers' in this.request;
  }
}

@Module({ providers: [Switchboard, SwitchGuard, ScopedSwitchGuard] })
class SwitchModule {}

@Injectable()
class Fixed {
  @McpTool()
  fixed(): string {
    return 'fixed';
  }
}

/** Resolves when the client hears that a list changes once more. */
async function changed(
  client: McpTestClient,
  list: 'tools' | 'resources' | 'prompts',
): Promise<void> {
  const method = `notifications/${list}/list_changed`;
  const known = client.notifications.filter((one) => one.method === method).length;
  let seen = 0;
  await client.waitFor(method, () => (seen += 1) > known);
}

describe.each(httpWays)('While the server runs, over /%s,', (way) => {
  let served: StartedApp;
  let server: McpServerRef;

  beforeAll(async () => {
    served = await startApp({
      mcp: {
        imports: [{ module: class GuardModule {}, providers: [Allowed], exports: [Allowed] }],
      },
      imports: [SwitchModule],
      providers: [Fixed],
      configure: (app) => {
        app.useGlobalPipes(new ValidationPipe({ transform: true }));
      },
    });
    server = served.app.get<McpServerRef>(getMcpServerToken(), { strict: false });
  });

  afterAll(() => served.close());

  it('tools are added and removed, and clients are notified', async () => {
    const client = await served.client({ over: way });
    const added = changed(client, 'tools');
    const remove = server.tools.add({
      name: 'order',
      description: 'Added',
      input: Order,
      guards: [QuantityGuard],
      handler: (input: Order, context: McpContext) =>
        `${input instanceof Order} ${input.quantity} ${context.primitive.name}`,
    });
    await added;
    expect(await toolOf(client, 'order')).toMatchObject({
      description: 'Added',
      inputSchema: { properties: { quantity: { type: 'integer', maximum: 10 } } },
    });
    expect((await client.callTool('order', { quantity: 2 })).text).toBe('true 2 order');
    const forbidden = await client.callTool('order', { quantity: 3 });
    expect([forbidden.isError, forbidden.text]).toEqual([true, 'Forbidden resource']);
    server.tools.list().find(({ name }) => name === 'order');
    const removed = changed(client, 'tools');
    remove();
    remove();
    await removed;
    await expect(client.callTool('order')).rejects.toMatchObject({ code: -32602 });
    expect(server.tools.list().map(({ name }) => name)).toEqual(['fixed']);
  });

  it('the application can change its copies of the definitions, but not those of clients', async () => {
    const [listed] = server.tools.list();
    const [visible] = await server.tools.visibleTo({});
    for (const definition of [listed, visible]) {
      Object.assign(definition?.inputSchema ?? {}, { properties: { spoilt: {} } });
      Object.assign(definition ?? {}, { description: 'spoilt' });
    }
    const client = await served.client({ over: way });
    expect(JSON.stringify(await client.listTools())).not.toContain('spoilt');
    expect(JSON.stringify(server.tools.list())).not.toContain('spoilt');
  });

  it('the input of an added tool is validated like that of a decorated method', async () => {
    const client = await served.client({ over: way });
    const remove = server.tools.add({ name: 'check', input: Order, handler: () => 'ok' });
    const refused = await client.callTool('check', { quantity: 11 });
    expect(refused.isError).toBe(true);
    expect(refused.text).toContain('quantity: must not be greater than 10 (given: 11)');
    remove();
  });

  it.each([
    ['a singleton', SwitchGuard],
    ['request-scoped', ScopedSwitchGuard],
  ])('the guard of an added tool is the one that a module provides, %s', async (_scope, guard) => {
    const client = await served.client({ over: way });
    const board = served.app.get(Switchboard, { strict: false });
    const remove = server.tools.add({
      name: 'switched',
      description: 'Works while the switch is on.',
      guards: [guard],
      handler: () => 'on',
    });
    expect((await client.callTool('switched')).text).toBe('on');
    board.isOpen = false;
    expect((await client.callTool('switched')).text).toBe('Forbidden resource');
    board.isOpen = true;
    remove();
    await client.close();
  });

  it('resources and prompts are added and removed, and clients are notified', async () => {
    const client = await served.client({ over: way });
    const heard = Promise.all([changed(client, 'resources'), changed(client, 'prompts')]);
    const removers = [
      server.resources.add({
        name: 'row',
        uri: 'row://{id}',
        input: { type: 'object', properties: { id: { type: 'integer' } } },
        handler: ({ id }: { id: number }) => ({ id }),
      }),
      server.prompts.add({
        name: 'greet',
        input: {
          type: 'object',
          properties: { who: { type: 'string', description: 'Whom' } },
          required: ['who'],
        },
        handler: ({ who }: { who: string }) => `Greet ${who}`,
      }),
    ];
    await heard;
    const { contents } = await client.readResource('row://7');
    expect(contents).toMatchObject([{ text: '{\n  "id": 7\n}' }]);
    const prompts = await client.listPrompts();
    expect(prompts).toEqual([
      { name: 'greet', arguments: [{ name: 'who', description: 'Whom', required: true }] },
    ]);
    const { messages } = await client.getPrompt('greet', { who: 'Ada' });
    expect(messages).toMatchObject([{ content: { text: 'Greet Ada' } }]);
    const gone = Promise.all([changed(client, 'resources'), changed(client, 'prompts')]);
    for (const remove of removers) remove();
    await gone;
    expect(await client.listResourceTemplates()).toEqual([]);
    expect(await client.listPrompts()).toEqual([]);
  });

  it('a primitive is refused for the same reasons as a declaration', () => {
    const add = (name: string, input?: object) => () =>
      server.tools.add({ name, input: input as never, handler: () => 1 });
    expect(add('fixed')).toThrow(McpConfigurationError);
    expect(add('fixed')).toThrow(/'fixed' is already declared by Fixed\.fixed/);
    expect(add('no spaces')).toThrow(/legal tool name/);
    expect(add('broken', { type: 'nonsense' })).toThrow(/server\.tools\.add\('broken'\)/);
    expect(server.tools.list().map(({ name }) => name)).toEqual(['fixed']);
  });
});
