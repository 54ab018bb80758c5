import { Controller, ForbiddenException, Get, Module, Res, type CanActivate } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import {
  McpModule,
  McpTool,
  sse,
  staticTokens,
  streamableHttp,
  type McpModuleOptions,
} from 'nestjs-mcp';
import { adapters, startApp, type StartOptions } from '../support/start-app.js';
import { bearer, initialize, openSession, postMessage } from './requests.js';

const wellKnown = '/.well-known/oauth-protected-resource';
const login = 'https://login.example.com';
const verifier = staticTokens({ anna: { token: 'a', scopes: ['read'] } });
const auth = {
  verifier,
  resource: 'https://api.example.com/',
  authorizationServers: [login],
  scopesSupported: ['read', 'write', 'offline_access'],
};
const metadata = {
  resource: 'https://api.example.com',
  authorization_servers: [login],
  scopes_supported: ['read', 'write'],
  bearer_methods_supported: ['header'],
  resource_name: 'Shop',
};

class WriteTools {
  @McpTool({ scopes: ['read', 'write'] })
  save() {
    return 'saved';
  }
}

class NobodyGuard implements CanActivate {
  canActivate(): boolean {
    throw new ForbiddenException();
  }
}

/** Answers every path without a route of its own, as the fallback of a single-page application. */
@Controller()
class SinglePageController {
  @Get('*')
  page(@Res() response: { type(type: string): { send(text: string): void } }) {
    response.type('text/html').send('<html></html>');
  }
}

@Module({ controllers: [SinglePageController] })
class SinglePageModule {}

function start(options: Partial<McpModuleOptions>, app: StartOptions = {}) {
  return startApp({
    mcp: false,
    providers: [WriteTools],
    ...app,
    imports: [
      McpModule.forRoot({ name: 'shop', version: '1', title: 'Shop', ...options }),
      ...(app.imports ?? []),
    ],
  });
}

async function read(url: string): Promise<[number, string | null, unknown]> {
  const response = await fetch(url);
  const type = response.headers.get('content-type');
  return [response.status, type, await response.json()];
}

const json = 'application/json';

describe.each(adapters)('a protected resource on %s', (adapter) => {
  it('names the authorization servers, for every transport, without a guard and outside the global prefix', async () => {
    const app = await start(
      { auth, prefix: 'shop' },
      {
        adapter,
        providers: [{ provide: APP_GUARD, useClass: NobodyGuard }],
        imports: [SinglePageModule],
        configure: (one) => void one.setGlobalPrefix('api'),
      },
    );
    for (const path of [
      '',
      '/api/shop/mcp',
      '/api/shop/sse',
      '/api/shop/mcp/',
      '/API/shop/mcp?a=b',
    ]) {
      expect([path, ...(await read(app.url + wellKnown + path))]).toEqual([
        path,
        200,
        json,
        metadata,
      ]);
    }
    await app.close();
  });

  it('can be read by pages of any origin, and written by no client', async () => {
    const app = await start({ auth }, { adapter });
    const ask = (method: string) =>
      fetch(`${app.url}${wellKnown}/mcp`, { method, headers: { origin: 'https://evil.example' } });
    const get = await ask('GET');
    expect(get.headers.get('access-control-allow-origin')).toBe('*');
    const head = await ask('HEAD');
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([
      200,
      get.headers.get('content-length'),
      '',
    ]);
    const options = await ask('OPTIONS');
    expect([
      options.status,
      options.headers.get('access-control-allow-origin'),
      options.headers.get('access-control-allow-methods'),
    ]).toEqual([204, '*', 'GET, HEAD, OPTIONS']);
    const post = await ask('POST');
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
    await app.close();
  });

  it('is linked from every challenge, whatever host the client sends', async () => {
    const app = await start({ auth }, { adapter });
    const headers = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' };
    const first = await postMessage(app.url, initialize, headers);
    expect(first.status).toBe(401);
    expect(first.headers.get('www-authenticate')).toBe(
      'Bearer realm="shop", scope="read write", resource_metadata="https://api.example.com/.well-known/oauth-protected-resource/mcp"',
    );
    const stream = await fetch(`${app.url}/sse?x=%22`, { headers });
    expect(stream.headers.get('www-authenticate')).toContain(
      'resource_metadata="https://api.example.com/.well-known/oauth-protected-resource/sse"',
    );
    const session = await openSession(app.url, { ...headers, ...bearer('a') });
    const message = { id: 1, method: 'tools/call', params: { name: 'save' } };
    const step = await postMessage(app.url, message, session);
    expect(step.status).toBe(403);
    expect(step.headers.get('www-authenticate')).toBe(
      'Bearer realm="shop", error="insufficient_scope", error_description="The token lacks scopes", scope="read write", resource_metadata="https://api.example.com/.well-known/oauth-protected-resource/mcp"',
    );
    await app.close();
  });

  it('that is not configured answers so in JSON, even if a page answers every other path', async () => {
    const app = await start({ auth: { verifier } }, { adapter, imports: [SinglePageModule] });
    const paths = [
      wellKnown,
      `${wellKnown}/mcp`,
      `${wellKnown}/sse`,
      '/.well-known/oauth-authorization-server/mcp',
      '/.well-known/openid-configuration/sse',
      '/mcp/.well-known/openid-configuration',
    ];
    for (const path of paths) {
      const [status, type] = await read(app.url + path);
      expect([path, status, type]).toEqual([path, 404, json]);
    }
    const page = await fetch(`${app.url}/.well-known/security.txt`);
    expect(page.headers.get('content-type')).toContain('text/html');
    const refused = await postMessage(app.url, initialize);
    expect(refused.headers.get('www-authenticate')).toBe('Bearer realm="shop"');
    await app.close();
  });
});

describe('a protected resource', () => {
  it('is known by its public URL behind a proxy', async () => {
    const { resource: _resource, ...rest } = auth;
    const app = await start({ auth: rest, publicUrl: 'https://example.com/base/' });
    const response = await postMessage(app.url, initialize);
    expect(response.headers.get('www-authenticate')).toContain(
      'resource_metadata="https://example.com/.well-known/oauth-protected-resource/base/mcp"',
    );
    const [status, , body] = await read(`${app.url}${wellKnown}/base/mcp`);
    expect([status, body]).toEqual([200, { ...metadata, resource: 'https://example.com/base' }]);
    await app.close();
  });

  it('has no bare form among several servers, and one form for each server', async () => {
    @Module({})
    class OtherModule {}
    const app = await startApp({
      mcp: false,
      imports: [
        OtherModule,
        McpModule.forRoot({ name: 'shop', version: '1', title: 'Shop', auth }),
        McpModule.forRoot({
          name: 'open',
          version: '1',
          include: [OtherModule],
          transports: [streamableHttp({ path: 'open' }), sse({ path: 'o', messagesPath: 'om' })],
        }),
      ],
    });
    expect((await read(app.url + wellKnown))[0]).toBe(404);
    expect(await read(`${app.url}${wellKnown}/mcp`)).toEqual([200, json, metadata]);
    expect((await read(`${app.url}${wellKnown}/open`))[0]).toBe(404);
    await app.close();
  });

  it('leaves the document of the application unchanged', async () => {
    @Controller(wellKnown)
    class OwnDocument {
      @Get()
      read() {
        return { own: true };
      }
    }
    const app = await start({ auth: { verifier } }, { controllers: [OwnDocument] });
    expect((await read(app.url + wellKnown))[2]).toEqual({ own: true });
    await app.close();
  });

  it.each([
    [{ authorizationServers: [login] }, /auth\.authorizationServers.*auth\.resource/],
    [{ resource: 'api.example.com' }, /auth\.resource: 'api\.example\.com'/],
    [{ resource: 'https://a.example#b' }, /auth\.resource/],
    [{ ...auth, authorizationServers: ['login'] }, /auth\.authorizationServers: 'login'/],
  ])('that cannot be served stops the boot: %j', async (given, problem) => {
    await expect(start({ auth: { ...given, verifier } })).rejects.toThrow(problem);
  });
});
