import { readFileSync } from 'node:fs';
import {
  Controller,
  ForbiddenException,
  Get,
  Post,
  VersioningType,
  type CanActivate,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormatsModule from 'ajv-formats';
import { sse, staticTokens, streamableHttp, type McpModuleOptions } from 'nestjs-mcp';
import {
  adapters,
  bootError,
  startApp,
  type StartedApp,
  type StartOptions,
} from '../support/start-app.js';

const ajv = new Ajv2020({ strict: false });
addFormatsModule.default(ajv);
const published = JSON.parse(
  readFileSync('test/support/schemas/server-card.schema.json', 'utf8'),
) as object;
ajv.addSchema(published, 'published');
const isCard = ajv.compile({ $ref: 'published#/$defs/ServerCard' });

class NobodyGuard implements CanActivate {
  canActivate(): boolean {
    throw new ForbiddenException();
  }
}

const shop: Partial<McpModuleOptions> = {
  serverCard: true,
  title: 'Shop',
  description: 'Sells tools.',
  websiteUrl: 'https://shop.example.com',
  publicUrl: 'https://api.example.com/base/',
};

describe.each(adapters)('The server card on %s', (adapter) => {
  let served: StartedApp;
  const start = async (mcp: Partial<McpModuleOptions>, options: StartOptions = {}) => {
    served = await startApp({ adapter, mcp: { ...shop, ...mcp }, ...options });
  };
  const ask = (path: string, init?: RequestInit): Promise<Response> =>
    fetch(`${served.url}${path}`, init);
  afterEach(() => served.close());

  it('contains the name and the addresses of the server, as its published schema requires', async () => {
    await start({ icons: [{ src: 'https://shop.example.com/icon.png', sizes: ['48x48'] }] });
    const response = await ask('/mcp/server-card', {
      headers: { accept: 'application/mcp-server-card+json' },
    });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'application/mcp-server-card+json',
    ]);
    const card = (await response.json()) as { remotes: { supportedProtocolVersions: string[] }[] };
    isCard(card);
    expect(isCard.errors).toBe(null);
    expect(card).toMatchObject({
      name: 'com.example.api/test',
      version: '1.0.0',
      title: 'Shop',
      description: 'Sells tools.',
      websiteUrl: 'https://shop.example.com',
      remotes: [
        { type: 'streamable-http', url: 'https://api.example.com/base/mcp' },
        { type: 'sse', url: 'https://api.example.com/base/sse' },
      ],
    });
    expect(card.remotes[0]?.supportedProtocolVersions).toContain('2026-07-28');
    expect(card.remotes[1]?.supportedProtocolVersions).not.toContain('2026-07-28');
    expect(card).not.toHaveProperty('tools');
  });

  it('is below the endpoint, with every prefix and version, without authentication, and contains no secret', async () => {
    await start(
      { prefix: 'shop', apiVersion: '2', auth: { verifier: staticTokens('s3cret') } },
      {
        providers: [{ provide: APP_GUARD, useClass: NobodyGuard }],
        configure: (app) => {
          app.setGlobalPrefix('api');
          app.enableVersioning({ type: VersioningType.URI });
        },
      },
    );
    for (const path of ['/api/v2/shop/mcp', '/base/api/v2/shop/mcp', '/API/v2/shop/mcp']) {
      const response = await ask(`${path}/server-card?x=1`);
      expect([path, response.status]).toEqual([path, 200]);
      const text = await response.text();
      expect(text).not.toContain('s3cret');
      expect(JSON.parse(text)).toMatchObject({
        remotes: [
          {
            url: 'https://api.example.com/base/api/v2/shop/mcp',
            headers: [{ name: 'Authorization', isRequired: true, isSecret: true }],
          },
          {},
        ],
      });
    }
    expect((await ask('/mcp/server-card')).status).toBe(404);
    expect((await ask('/api/v2/shop/sse/server-card')).status).toBe(404);
  });

  it('can be cached, and is not sent again to clients that have it', async () => {
    await start({});
    const first = await ask('/mcp/server-card');
    const etag = first.headers.get('etag') ?? '';
    expect(first.headers.get('cache-control')).toBe('public, max-age=3600');
    const again = await ask('/mcp/server-card', { headers: { 'if-none-match': `"x", W/${etag}` } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    const other = await ask('/mcp/server-card', { headers: { 'if-none-match': '"other"' } });
    expect(other.status).toBe(200);
    const head = await ask('/mcp/server-card', { method: 'HEAD' });
    expect([head.status, head.headers.get('etag'), await head.text()]).toEqual([200, etag, '']);
  });

  it('can be read by pages of any origin, and written by no client', async () => {
    await start({});
    const headers = { origin: 'https://evil.example' };
    const read = await ask('/mcp/server-card', { headers });
    expect(read.headers.get('access-control-allow-origin')).toBe('*');
    expect(read.headers.get('access-control-expose-headers')).toBe('ETag');
    const options = await ask('/mcp/server-card', { method: 'OPTIONS', headers });
    expect([options.status, options.headers.get('access-control-allow-headers')]).toEqual([
      204,
      'Content-Type, If-None-Match',
    ]);
    const post = await ask('/mcp/server-card', { method: 'POST', body: 'x' });
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });

  it('contains no URL if the URL of the server is not known, whatever host the client sends', async () => {
    await start({ publicUrl: undefined });
    const headers = { 'x-forwarded-host': 'evil.example' };
    const card: unknown = await (await ask('/mcp/server-card', { headers })).json();
    expect(card).toMatchObject({ name: 'localhost/test' });
    expect(JSON.stringify(card)).not.toMatch(/remotes|evil/);
    isCard(card);
    expect(isCard.errors).toBe(null);
  });

  it('is not served unless it is enabled', async () => {
    await start({ serverCard: undefined });
    expect((await ask('/mcp/server-card')).status).toBe(404);
  });

  it('contains its own options, and is below HTTP+SSE if that is the only transport', async () => {
    await start({
      transports: [sse()],
      serverCard: {
        name: 'io.github.ann/shop',
        description: 'Short.',
        repository: { url: 'https://github.com/ann/shop', source: 'github' },
        meta: { 'com.example/team': 'shop' },
      },
    });
    const card: unknown = await (await ask('/sse/server-card')).json();
    isCard(card);
    expect(isCard.errors).toBe(null);
    expect(card).toMatchObject({
      name: 'io.github.ann/shop',
      description: 'Short.',
      repository: { source: 'github' },
      _meta: { 'com.example/team': 'shop' },
    });
  });
});

describe.each(adapters)('A route of the application at the path of the card, on %s', (adapter) => {
  @Controller()
  class CardController {
    @Get('shop/mcp/server-card')
    read(): string {
      return 'of the application';
    }

    @Post('MCP/server-card')
    write(): string {
      return 'of the application';
    }

    @Get('ai/:page')
    pages(): string {
      return 'a page';
    }
  }
  const options: StartOptions = { adapter, controllers: [CardController] };

  it.each([
    ['under a prefix, with its own verb', { prefix: 'shop' }, 'CardController.read (GET)'],
    ['in another case, with another verb', {}, 'CardController.write (POST)'],
  ])('stops the boot: %s', async (_title, mcp, owner) => {
    const { message } = await bootError({ ...options, mcp: { serverCard: true, ...mcp } });
    expect(message).toContain(`its server card and ${owner} both answer it.`);
    expect(message).toContain('Leave serverCard out');
  });

  it('works if there is no card, and one with a parameter works beside the card', async () => {
    const without = await startApp({ ...options, mcp: { transports: [streamableHttp()] } });
    const post = await fetch(`${without.url}/MCP/server-card`, { method: 'POST' });
    expect(await post.text()).toBe('of the application');
    await without.close();
    const mcp = { transports: [streamableHttp({ path: 'ai' })], serverCard: true };
    const beside = await startApp({ ...options, mcp });
    expect(await (await fetch(`${beside.url}/ai/server-card`)).json()).toHaveProperty('$schema');
    expect(await (await fetch(`${beside.url}/ai/else`)).text()).toBe('a page');
    await beside.close();
  });
});

describe('A server card that cannot be written', () => {
  it.each([
    [
      'a description that is too long',
      { description: 'x'.repeat(101) },
      /serverCard: \{ description/,
    ],
    [
      'a title that is too long',
      { title: 'x'.repeat(101), description: 'Short.' },
      /serverCard: \{ title/,
    ],
    ['a name without a namespace', { serverCard: { name: 'shop' } }, /namespace\/name/],
  ] as [string, Partial<McpModuleOptions>, RegExp][])(
    'stops the boot: %s',
    async (_title, mcp, expected) => {
      const transports = [streamableHttp()];
      expect((await bootError({ mcp: { serverCard: true, transports, ...mcp } })).message).toMatch(
        expected,
      );
    },
  );
});
