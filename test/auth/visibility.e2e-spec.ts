import type { ServerResponse } from 'node:http';
import {
  ForbiddenException,
  Injectable,
  Scope,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { McpExecutionContext, McpGroup, McpPrompt, McpResource, McpTool } from 'nestjs-mcp';
import { httpWays, type StartedApp } from '../support/start-app.js';
import { listsOf, Roles, RolesGuard, start } from './access.app.js';
import { bearer, openSession, postMessage } from './requests.js';

@Injectable({ scope: Scope.REQUEST })
class PerRequestGuard extends RolesGuard {}

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
