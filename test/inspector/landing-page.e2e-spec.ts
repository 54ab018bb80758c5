import { request } from 'node:http';
import { Injectable, type CanActivate, type INestApplication } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { McpModule, sse, staticTokens, streamableHttp } from 'nestjs-mcp';
import { McpInspectorModule } from 'nestjs-mcp/inspector';
import { connected, describeInBrowser, InspectorBrowser } from './browser.js';
import { adapters, startApp, type StartedApp } from '../support/start-app.js';

const shop = { name: 'shop', version: '1.0.0', title: 'Shop <b>&' };
const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

interface Visit {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A GET with these headers, whatever they are; redirects are not followed. A stream is read up to its first bytes. */
function visit(url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Visit> {
  return new Promise((resolve, reject) => {
    request(url, { method, headers: { accept: browser, ...headers } }, (response) => {
      const { statusCode: status, headers: got } = response;
      const isStream = got['content-type'] === 'text/event-stream';
      let body = '';
      const done = (): void => {
        resolve({ status, headers: got, body });
        response.destroy();
      };
      response.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
        if (isStream) done();
      });
      response.once('end', done);
    })
      .once('error', reject)
      .end();
  });
}

describe.each(adapters)('A browser that opens the path of a server (%s)', (adapter) => {
  let served: StartedApp;

  afterEach(() => served.close());

  it('reads a description and how a client connects', async () => {
    served = await startApp({ mcp: shop, adapter });
    for (const [path, kind] of [
      ['/mcp', 'http'],
      ['/MCP/', 'http'],
      ['/sse', 'sse'],
    ] as const) {
      const { status, headers, body } = await visit(`${served.url}${path}`);
      expect([path, status]).toEqual([path, 200]);
      expect(headers['content-type']).toBe('text/html; charset=utf-8');
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(body).toContain('<h1>Shop &#60;b&#62;&#38;</h1>');
      const url = `${served.url}${path.replace(/\/$/, '')}`;
      expect(body).toContain(`<pre>${url}</pre>`);
      expect(body).toContain(`claude mcp add --scope project --transport ${kind} shop ${url}`);
      expect(body).not.toContain('bearer token');
    }
  });

  it('reads the public URL, and that a token is required', async () => {
    const auth = {
      verifier: staticTokens({ ci: { token: 'a-token-of-this-test', scopes: [] } }),
    };
    const options = { ...shop, auth, publicUrl: 'https://api.example.com/base' };
    served = await startApp({
      mcp: options,
      adapter,
      configure: (app: INestApplication) => void app.setGlobalPrefix('v1'),
    });
    const { status, body } = await visit(`${served.url}/v1/mcp`);
    expect(status).toBe(200);
    expect(body).toContain('<pre>https://api.example.com/base/v1/mcp</pre>');
    expect(body).toContain('bearer token');
    expect(body).toContain('SHOP_TOKEN');
  });

  it('reads that a token is required, where only a guard of the application asks for one', async () => {
    @Injectable()
    class TokenGuard implements CanActivate {
      canActivate(): boolean {
        return false;
      }
    }
    const providers = [{ provide: APP_GUARD, useClass: TokenGuard }];
    served = await startApp({ mcp: shop, adapter, providers });
    const { body } = await visit(`${served.url}/mcp`);
    expect(body).toContain('bearer token');
    expect(body).toContain('SHOP_TOKEN');
  });

  it('is redirected to the inspector, if it is enabled, by a relative address', async () => {
    served = await startApp({
      mcp: shop,
      imports: [
        McpModule.forRoot({
          ...shop,
          name: 'a b',
          prefix: 'stock',
          transports: [streamableHttp()],
        }),
        McpInspectorModule.forRoot(),
      ],
      adapter,
      configure: (app: INestApplication) => void app.setGlobalPrefix('v1'),
    });
    const locations = [];
    for (const path of ['/v1/mcp', '/v1/mcp/', '/v1/sse?x=1', '/v1/stock/mcp']) {
      const { status, headers } = await visit(served.url + path);
      locations.push([status, new URL(String(headers.location), `http://proxy/base${path}`).href]);
    }
    expect(locations).toEqual([
      [302, 'http://proxy/base/v1/inspector?server=shop'],
      [302, 'http://proxy/base/v1/inspector?server=shop'],
      [302, 'http://proxy/base/v1/inspector?server=shop'],
      [302, 'http://proxy/base/v1/inspector?server=a%20b'],
    ]);
  });

  it('is refused for a foreign host, like every request', async () => {
    served = await startApp({ mcp: shop, imports: [McpInspectorModule.forRoot()], adapter });
    const { status } = await visit(`${served.url}/mcp`, { host: 'evil.example.com' });
    expect(status).toBe(403);
  });

  it('does not affect clients', async () => {
    const auth = {
      verifier: staticTokens({ ci: { token: 'a-token-of-this-test', scopes: [] } }),
    };
    served = await startApp({ mcp: { ...shop, auth }, adapter });
    const withoutToken = [
      await visit(`${served.url}/mcp`, { accept: 'text/event-stream' }),
      await visit(`${served.url}/mcp`, { accept: '*/*' }),
      await visit(`${served.url}/sse`, { accept: 'text/html, text/event-stream' }),
      await visit(`${served.url}/mcp`, {}, 'POST'),
      await visit(`${served.url}/messages`, {}, 'POST'),
    ];
    expect(withoutToken.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401]);
    const token = { authorization: 'Bearer a-token-of-this-test' };
    const stream = await visit(`${served.url}/sse`, { ...token, accept: 'text/event-stream' });
    expect(stream.body).toContain('event: endpoint');
  });

  it('gets no page for a path that the server does not have', async () => {
    const only = McpModule.forRoot({ ...shop, transports: [sse()] });
    served = await startApp({ mcp: false, imports: [only], adapter });
    expect((await visit(`${served.url}/mcp`)).status).toBe(404);
    expect((await visit(`${served.url}/messages`)).status).toBe(404);
  });
});

describeInBrowser('A real browser that opens the path of a server', () => {
  const chromium = new InspectorBrowser();
  let served: StartedApp;

  beforeAll(() => chromium.start());
  afterEach(() => served.close());
  afterAll(async () => {
    await chromium.close();
    expect(chromium.end()).toEqual([]);
  });

  it('sees the inspector with that server', async () => {
    served = await startApp({
      mcp: shop,
      imports: [
        McpModule.forRoot({ name: 'stock', version: '1.0.0', prefix: 'stock' }),
        McpInspectorModule.forRoot(),
      ],
    });
    const page = await connected(await chromium.open(`${served.url}/stock/mcp`));
    await page.getByRole('heading', { name: 'stock', level: 1 }).waitFor();
    await page.context().close();
  });

  it('shows the page with its style', async () => {
    served = await startApp({ mcp: shop });
    const page = await chromium.open(`${served.url}/sse`);
    await page.getByRole('heading', { name: 'Shop <b>&' }).waitFor();
    await expect(page.evaluate('getComputedStyle(document.body).maxWidth')).resolves.toBe('704px');
    await page.context().close();
  });
});
