import { PassThrough } from 'node:stream';
import { createInterface } from 'node:readline';
import {
  Controller,
  Get,
  Injectable,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import {
  BearerAuthGuard,
  McpModule,
  McpTool,
  stdio,
  streamableHttp,
  type McpAuth,
  type TokenVerifier,
} from 'nestjs-mcp';
import { postModern } from '../protocol/modern.wire.js';
import { adapters, startApp, type StartedApp } from '../support/start-app.js';
import { bearer, initialize } from './requests.js';

const AdminGuard = BearerAuthGuard.of('admin');

@UseGuards(AdminGuard)
@Controller('reports')
class Reports {
  @Get()
  @McpTool({ servers: ['user', 'admin'] })
  routeReport() {
    return { text: 'the report' };
  }
}

class Tools {
  @UseGuards(AdminGuard)
  @McpTool({ servers: ['user', 'admin'] })
  guardedReport() {
    return 'the report';
  }

  @McpTool({ servers: ['user', 'admin'], visibility: AdminGuard })
  hiddenReport() {
    return 'the report';
  }

  @McpTool({ servers: ['user', 'admin'] })
  open() {
    return 'open';
  }
}

/** The last request of a caller whom the server `admin` has confirmed. */
let confirmed: Record<string | symbol, unknown> = {};

/**
 * Another part of the application that puts a caller on the request, or what the library has put on the request of
 * another caller.
 */
@Injectable()
class ImpostorGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Record<string | symbol, unknown>>();
    const headers = request.headers as Record<string, unknown>;
    if (headers.authorization === 'Bearer admin-token') confirmed = request;
    if (headers['x-impostor'] === 'yes') {
      const auth: McpAuth = { subject: 'root', scopes: ['*'] };
      Object.assign(request, { auth, user: { ...auth, auth } });
    }
    if (headers['x-impostor'] === 'copies') {
      for (const key of ['auth', 'user', ...Object.getOwnPropertySymbols(confirmed)]) {
        const isOurs = typeof key === 'string' || key.description === 'confirmed caller';
        if (isOurs) request[key] = confirmed[key];
      }
    }
    return true;
  }
}

const asked: string[] = [];
const verifier = (server: string): TokenVerifier => ({
  verify: (token) => {
    asked.push(`${server} ${token}`);
    const known = token === `${server}-token` || token === 'both-token';
    return Promise.resolve(known ? { subject: `${server}-anna`, scopes: ['*'] } : null);
  },
});

function start(adapter?: (typeof adapters)[number]) {
  return startApp({
    mcp: false,
    adapter,
    imports: ['user', 'admin'].map((name) =>
      McpModule.forRoot({
        name,
        prefix: name,
        version: '1',
        transports: [streamableHttp()],
        guards: [ImpostorGuard],
        auth: { verifier: verifier(name), ...(name === 'user' && { optional: true }) },
      }),
    ),
    providers: [Tools],
    controllers: [Reports],
  });
}

type Json = Record<string, unknown>;
type Ask = (method: string, params: Json, headers: Record<string, string>) => Promise<Json>;

const reports = ['route_report', 'guarded_report'] as const;

describe.each(adapters)('BearerAuthGuard.of(a server) around a tool on %s', (adapter) => {
  let app: StartedApp;
  beforeAll(async () => {
    app = await start(adapter);
  });
  afterAll(() => app.close());

  const legacy =
    (server: string): Ask =>
    async (method, params, headers) => {
      const post = (message: object, own: Record<string, string>) =>
        fetch(`${app.url}/${server}/mcp`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            accept: 'application/json, text/event-stream',
            ...own,
          },
          body: JSON.stringify({ jsonrpc: '2.0', ...message }),
        });
      const opened = await post(initialize, headers);
      const session = opened.headers.get('mcp-session-id') ?? '';
      const response = await post(
        { id: 1, method, params },
        { ...headers, 'mcp-session-id': session },
      );
      return (await response.json()) as Json;
    };
  const modern =
    (server: string): Ask =>
    async (method, params, headers) => {
      const response = await postModern(`${app.url}/${server}/mcp`, method, params, { headers });
      return (await response.json()) as Json;
    };

  describe.each([
    ['a legacy session', legacy],
    ['the modern era', modern],
  ] as const)('in %s', (_era, clientOf) => {
    const call = (server: string, name: string, headers: Record<string, string>) =>
      clientOf(server)('tools/call', { name, arguments: {} }, headers);

    it.each(reports)('refuses %s to a token of another server, as the route does', async (name) => {
      const rest = await fetch(`${app.url}/reports`, { headers: bearer('user-token') });
      expect(rest.status).toBe(401);
      expect(await call('user', name, bearer('user-token'))).toMatchObject({
        result: { isError: true, _meta: { 'nestjs-mcp/status': 401 } },
      });
      expect(await call('user', 'open', bearer('user-token'))).toMatchObject({
        result: { content: [{ text: 'open' }] },
      });
    });

    it.each(reports)('allows %s to callers that its own server has confirmed', async (name) => {
      asked.length = 0;
      const answer = await call('admin', name, bearer('admin-token'));
      expect(answer).toMatchObject({ result: { content: [{ type: 'text' }] } });
      expect(answer).not.toHaveProperty('result.isError');
      expect(asked).not.toContain('user admin-token');
    });

    it.each(reports)(
      'ignores for %s what other guards put on the request, whether the caller is anonymous or not',
      async (name) => {
        await call('admin', 'open', bearer('admin-token'));
        for (const how of ['yes', 'copies']) {
          const impostor = { 'x-impostor': how };
          for (const headers of [impostor, { ...impostor, ...bearer('user-token') }]) {
            expect(await call('user', name, headers)).toMatchObject({ result: { isError: true } });
          }
        }
      },
    );

    it.each(reports)(
      'allows %s to a token that both servers accept, as the route does',
      async (name) => {
        const rest = await fetch(`${app.url}/reports`, { headers: bearer('both-token') });
        expect(rest.status).toBe(200);
        const answer = await call('user', name, bearer('both-token'));
        expect(answer).not.toHaveProperty('result.isError');
      },
    );

    it('hides primitives from callers of other servers when it is used as visibility', async () => {
      const names = async (server: string, headers: Record<string, string>) => {
        const { result } = await clientOf(server)('tools/list', {}, headers);
        return (result as { tools: { name: string }[] }).tools.map(({ name }) => name);
      };
      const hidden = 'hidden_report';
      expect(await names('user', bearer('user-token'))).not.toContain(hidden);
      expect(await names('user', { ...bearer('user-token'), 'x-impostor': 'yes' })).not.toContain(
        hidden,
      );
      expect(await names('admin', bearer('admin-token'))).toContain(hidden);
      expect(await call('user', hidden, bearer('user-token'))).toMatchObject({
        error: { code: -32602, message: 'Unknown tool: hidden_report' },
      });
      expect(await call('admin', hidden, bearer('admin-token'))).toMatchObject({
        result: { content: [{ text: 'the report' }] },
      });
    });
  });
});

describe('BearerAuthGuard.of(a server) over stdio', () => {
  it.each([
    ['user', true],
    ['admin', false],
  ])('accepts a configured caller of its own server only: %s', async (server, isRefused) => {
    const input = new PassThrough();
    const output = new PassThrough();
    const app = await startApp({
      mcp: false,
      imports: ['user', 'admin'].map((name) =>
        McpModule.forRoot({
          name,
          version: '1',
          prefix: name,
          auth: { verifier: verifier(name) },
          transports:
            name === server
              ? [stdio({ input, output, auth: { subject: 'anna', scopes: ['*'] } })]
              : [],
        }),
      ),
      providers: [Tools],
    });
    const lines = createInterface({ input: output });
    const answer = new Promise<Json>((resolve) => {
      lines.on('line', (line) => {
        const message = JSON.parse(line) as Json;
        if (message.id === 1) resolve(message);
      });
    });
    const call = { id: 1, method: 'tools/call', params: { name: 'guarded_report' } };
    for (const message of [initialize, call]) {
      input.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
    }
    const { result } = await answer;
    expect((result as { isError?: boolean }).isError === true).toBe(isRefused);
    lines.close();
    await app.close();
  });
});
