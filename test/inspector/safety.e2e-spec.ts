import { Injectable, VersioningType, type INestApplication } from '@nestjs/common';
import {
  McpModule,
  McpPrompt,
  McpResource,
  McpTool,
  staticTokens,
  streamableHttp,
} from 'nestjs-mcp';
import { McpInspectorModule } from 'nestjs-mcp/inspector';
import { statusAs } from '../support/status-as.js';
import { call, connected, describeInBrowser, InspectorBrowser, show } from './browser.js';
import { adapters, startApp, type StartedApp } from '../support/start-app.js';

const evil = [
  '<script>window.pwned = 1</script>',
  '<img src=x onerror="window.pwned = 2">',
  '[click](javascript:window.pwned=3)',
  '![x](http://evil.invalid/pixel.png)',
  '**bold** <iframe srcdoc="<script>parent.pwned=4</script>"></iframe>',
  '{{constructor.constructor("window.pwned = 5")()}}',
].join('\n\n');

@Injectable()
class Hostile {
  @McpTool({
    name: 'hostile',
    title: '<img src=x onerror="window.pwned = 6">',
    description: evil,
    input: {
      type: 'object',
      title: evil,
      description: evil,
      properties: {
        ['<img src=x onerror="window.pwned = 7">']: {
          type: 'string',
          title: evil,
          description: evil,
          enum: ['"><script>window.pwned = 8</script>', 'b'],
        },
        __proto: { type: 'string', default: evil, pattern: '(a+)+$' },
      },
    },
  })
  answer() {
    return {
      content: [
        { type: 'text', text: evil },
        { type: 'text', text: `# ${evil}` },
        { type: 'image', mimeType: 'image/svg+xml', data: btoa('<svg onload="window.pwned=9"/>') },
        { type: 'image', mimeType: '"><script>window.pwned=10</script>', data: 'AAAA' },
        { type: 'audio', mimeType: 'text/html', data: btoa(evil) },
        { type: 'resource_link', uri: 'javascript:window.pwned=11', name: evil },
        { type: 'resource', resource: { uri: 'ui://x', mimeType: 'text/html', text: evil } },
      ],
      structuredContent: { rows: [{ [evil]: evil, toString: 'x' }] },
    };
  }

  @McpResource('evil://page', { name: 'evil', description: evil, mimeType: 'text/html' })
  read() {
    return evil;
  }

  @McpPrompt({ name: 'evil', description: evil })
  prompt() {
    return evil;
  }
}

const shop = { name: 'shop', version: '1.0.0' };

describe('The routes of the inspector', () => {
  let served: StartedApp;
  afterEach(() => served.close());

  it.each(adapters)(
    'allow no script but their own, no frame and no other host (%s)',
    async (adapter) => {
      served = await startApp({ mcp: shop, imports: [McpInspectorModule.forRoot()], adapter });
      for (const path of ['', '/app.js', '/app.css', '/servers.json']) {
        const { status, headers } = await fetch(`${served.url}/inspector${path}`);
        const policy = headers.get('content-security-policy') ?? '';
        expect([path, status]).toEqual([path, 200]);
        expect(policy).toContain("default-src 'none'");
        expect(policy).toContain("script-src 'self';");
        expect(policy).toContain("frame-ancestors 'none'");
        expect(policy).not.toContain('unsafe');
        expect(headers.get('x-content-type-options')).toBe('nosniff');
      }
      const html = await (await fetch(`${served.url}/inspector`)).text();
      expect(html).not.toMatch(/<script(?! type="module" src=)|<style| on\w+=| style=/);
      const frame = await fetch(`${served.url}/inspector/frame.html`);
      expect(frame.headers.get('content-security-policy')).toContain('sandbox allow-scripts;');
    },
  );

  it('send a file once, and compressed', async () => {
    served = await startApp({ mcp: shop, imports: [McpInspectorModule.forRoot()] });
    const url = `${served.url}/inspector/app.js`;
    const first = await fetch(url);
    expect(first.headers.get('content-encoding')).toBe('gzip');
    expect(Number(first.headers.get('content-length'))).toBeLessThan(300_000);
    const headers = { 'if-none-match': first.headers.get('etag') ?? '' };
    expect((await fetch(url, { headers })).status).toBe(304);
  });

  it('refuse the same hosts and origins as the MCP routes', async () => {
    served = await startApp({ mcp: shop, imports: [McpInspectorModule.forRoot()] });
    for (const path of ['', '/app.js', '/servers.json']) {
      expect(await statusAs(`${served.url}/inspector${path}`, 'evil.example.com')).toBe(403);
      const headers = { origin: 'https://evil.example.com' };
      expect((await fetch(`${served.url}/inspector${path}`, { headers })).status).toBe(403);
    }
  });

  it('do not exist in production, unless they are enabled', async () => {
    const before = process.env.NODE_ENV;
    process.env.NODE_ENV = 'production';
    try {
      served = await startApp({ mcp: shop, imports: [McpInspectorModule.forRoot()] });
      expect((await fetch(`${served.url}/inspector`)).status).toBe(404);
      await served.close();
      const enabled = McpInspectorModule.forRoot({ enabled: true, path: 'look' });
      served = await startApp({ mcp: shop, imports: [enabled] });
      expect((await fetch(`${served.url}/look`)).status).toBe(200);
    } finally {
      process.env.NODE_ENV = before;
    }
  });

  it('stop the boot if a listed server does not exist', async () => {
    served = await startApp({ mcp: shop });
    const wrong = McpInspectorModule.forRoot({ servers: ['stop'] });
    await expect(startApp({ mcp: shop, imports: [wrong] })).rejects.toThrow(
      "there is no server 'stop'. Name one of: shop.",
    );
  });
});

describeInBrowser('The page of the inspector', () => {
  const browser = new InspectorBrowser();
  let served: StartedApp;

  beforeAll(() => browser.start());
  afterAll(() => browser.close());
  afterEach(async () => {
    await served.close();
    expect(browser.end()).toEqual([]);
  });

  it('runs no code in names, descriptions, questions and answers of a hostile server', async () => {
    served = await startApp({
      mcp: shop,
      imports: [McpInspectorModule.forRoot()],
      providers: [Hostile],
    });
    const page = await connected(
      await browser.open(`${served.url}/inspector`, { hash: '#/tools/hostile' }),
    );
    await expect(call(page)).resolves.toContain('<script>window.pwned = 1</script>');
    await page.getByText('The whole result').click();
    const links = await page
      .locator('main a')
      .evaluateAll((all) => all.map((one) => one.getAttribute('href')));
    expect(links.filter((href) => href?.startsWith('#') !== true)).toEqual([]);
    for (const hash of ['#/resources/evil%3A%2F%2Fpage', '#/prompts/evil']) {
      await show(page, hash);
      await page.getByRole('button', { name: /^(Read|Get)$/ }).click();
      await page.locator('.call[aria-busy=false] .took').waitFor();
    }
    await show(page, '#/wire');
    await page.getByText('resources/read').first().click();
    await show(page, `#/tools/${encodeURIComponent('<img src=x onerror="window.pwned=12">')}`);
    expect(await page.evaluate('window.pwned')).toBeUndefined();
    expect(await page.locator('main iframe, main script, main style').count()).toBe(0);
    await page.context().close();
  });

  it.each([
    ['a global prefix', 'express', (app: INestApplication) => app.setGlobalPrefix('api'), '/api'],
    [
      'a global prefix on Fastify',
      'fastify',
      (app: INestApplication) => app.setGlobalPrefix('api'),
      '/api',
    ],
    [
      'versions in the path',
      'express',
      (app: INestApplication) => app.enableVersioning({ type: VersioningType.URI }),
      '',
    ],
  ] as const)('finds its servers behind %s', async (_title, adapter, configure, prefix) => {
    const modules = [McpModule.forRoot({ ...shop, apiVersion: '1' }), McpInspectorModule.forRoot()];
    served = await startApp({
      mcp: false,
      imports: modules,
      adapter,
      configure: (app) => void configure(app),
      providers: [Hostile],
    });
    const page = await connected(
      await browser.open(`${served.url}${prefix}/inspector${adapter === 'fastify' ? '' : '/'}`),
    );
    await page.context().close();
  });

  it('shows several servers, each with its primitives', async () => {
    @Injectable()
    class Tools {
      @McpTool({ name: 'of_shop', servers: ['shop'] })
      shop() {
        return 'shop';
      }

      @McpTool({ name: 'of_stock', servers: ['stock'] })
      stock() {
        return 'stock';
      }
    }
    served = await startApp({
      mcp: shop,
      imports: [
        McpModule.forRoot({
          name: 'stock',
          version: '2.0.0',
          prefix: 'stock',
          transports: [streamableHttp()],
        }),
        McpInspectorModule.forRoot(),
      ],
      providers: [Tools],
    });
    const page = await connected(await browser.open(`${served.url}/inspector`));
    await page.getByRole('link', { name: 'of_shop' }).waitFor();
    await page.getByLabel('Server', { exact: true }).selectOption('stock');
    await page.getByRole('link', { name: 'of_stock' }).click();
    await connected(page);
    await expect(call(page)).resolves.toContain('stock');
    await expect(page.getByLabel('Transport and revision').locator('option').count()).resolves.toBe(
      2,
    );
    await page.context().close();
  });

  it('requests a token if the server requires one, and stores it for the tab only', async () => {
    const auth = { verifier: staticTokens({ ci: { token: 'a-token-of-this-test', scopes: [] } }) };
    served = await startApp({
      mcp: { ...shop, auth },
      imports: [McpInspectorModule.forRoot()],
      providers: [Hostile],
    });
    const page = await browser.open(`${served.url}/inspector`);
    await page.getByRole('alert').getByText('The server wants a bearer token.').waitFor();
    const field = page.getByLabel('Bearer token, kept for this tab only');
    await field.fill('wrong');
    await field.press('Enter');
    await page.getByRole('alert').getByText('does not take this token').waitFor();
    await field.fill('a-token-of-this-test');
    await field.press('Enter');
    await connected(page);
    await page.reload();
    await connected(page);
    const other = await page.context().newPage();
    await other.goto(page.url());
    await other.getByRole('alert').getByText('The server wants a bearer token.').waitFor();
    await show(page, '#/wire');
    await page.getByText('tools/list').first().click();
    expect(await page.content()).not.toContain('a-token-of-this-test');
    await page.context().close();
  });
});
