import { type ExecutionContext } from '@nestjs/common';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import {
  McpCompletion,
  McpExecutionContext,
  McpParam,
  McpPrompt,
  McpResource,
  McpTool,
  type McpServerRef,
} from 'nestjs-mcp';
import { httpWays, type StartedApp } from '../support/start-app.js';
import { Roles, start } from './access.app.js';
import { bearer, openSession, postMessage } from './requests.js';

const updatesOf = (client: Client) => {
  const uris: string[] = [];
  let heard: (() => void) | undefined;
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
    uris.push(params.uri);
    heard?.();
  });
  return { uris, next: () => new Promise<void>((resolve) => (heard = resolve)) };
};

describe('scopes and visibility of subscriptions, completions and modern calls', () => {
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
