import type { HealthCheckResult } from '@nestjs/terminus';
import type { Product } from '../../src/products/product.entity.js';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigService } from '@nestjs/config';
import { DataSource } from 'typeorm';
import { environmentSchema } from '../../src/config/environment.js';
import { createMcpOptions } from '../../src/config/mcp.options.js';
import { send, startReferenceApp } from './reference-app.js';

const optionsOf = (variables: Record<string, string>) =>
  createMcpOptions(new ConfigService(environmentSchema.parse(variables)));

const preflight = (url: string, origin: string) =>
  fetch(url, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'mcp-session-id,mcp-protocol-version,authorization',
    },
  });

const ordersOf = async (environment: Record<string, string>): Promise<number> => {
  const running = await startReferenceApp(environment);
  try {
    const { body } = await send<Product[]>(`${running.url}/api/v1/products?limit=100`);
    const product = body.find(({ discontinued, stock }) => !discontinued && stock > 9);
    const order = { userId: 1, lines: [{ sku: product?.sku, quantity: 1 }] };
    expect((await send(`${running.url}/api/v1/orders`, 'POST', order)).status).toBe(201);
    const { headers } = await send(`${running.url}/api/v1/orders`);
    return Number(headers.get('x-total-count'));
  } finally {
    await running.close();
  }
};

describe('the environment', () => {
  it('has defaults that reach no further than this machine', () => {
    expect(environmentSchema.parse({})).toEqual({
      PORT: 3000,
      HOST: '127.0.0.1',
      MCP_TOKENS: [],
      ALLOWED_HOSTS: [],
      ALLOWED_ORIGINS: [],
    });
  });

  it('treats empty variables as unset, as compose files pass them', () => {
    const empty = Object.fromEntries(
      ['PORT', 'HOST', 'MCP_TOKENS', 'ALLOWED_HOSTS', 'PUBLIC_URL', 'DATABASE_FILE'].map((name) => [
        name,
        '',
      ]),
    );
    expect(environmentSchema.parse(empty)).toEqual(environmentSchema.parse({}));
  });

  it('accepts lists with blanks around the commas', () => {
    const { MCP_TOKENS, ALLOWED_HOSTS, ALLOWED_ORIGINS } = environmentSchema.parse({
      MCP_TOKENS: ' one , two,',
      ALLOWED_HOSTS: 'api.example.com, localhost',
      ALLOWED_ORIGINS: 'https://app.example.com,http://localhost:8080',
    });
    expect(MCP_TOKENS).toEqual(['one', 'two']);
    expect(ALLOWED_HOSTS).toEqual(['api.example.com', 'localhost']);
    expect(ALLOWED_ORIGINS).toEqual(['https://app.example.com', 'http://localhost:8080']);
  });

  it.each([
    ['PORT', 'http'],
    ['PORT', '70000'],
    ['PUBLIC_URL', 'api.example.com'],
    ['PUBLIC_URL', 'https://user:secret@api.example.com'],
    ['ALLOWED_ORIGINS', '*'],
    ['ALLOWED_ORIGINS', 'https://app.example.com/path'],
    ['MCP_TOKENS', ' , '],
  ])('stops the boot for %s=%s, and names the variable', async (name, value) => {
    await expect(startReferenceApp({ [name]: value })).rejects.toThrow(name);
  });

  it('leaves auth out without tokens, and sets it with some', () => {
    expect(optionsOf({})).not.toHaveProperty('auth');
    expect(optionsOf({ MCP_TOKENS: 'one' })).toHaveProperty('auth.verifier');
    expect(optionsOf({ PUBLIC_URL: 'https://api.example.com/inventory' })).toHaveProperty(
      'publicUrl',
      'https://api.example.com/inventory',
    );
  });
});

describe('the tokens', () => {
  it('protect /tools and leave REST, documents and probes open', async () => {
    const running = await startReferenceApp({ MCP_TOKENS: 'one,two' });
    try {
      const status = async (path: string, token?: string): Promise<number> => {
        const headers = new Headers(
          token === undefined ? [] : [['authorization', `Bearer ${token}`]],
        );
        return (await fetch(`${running.url}${path}`, { headers })).status;
      };
      expect(await status('/tools')).toBe(401);
      expect(await status('/tools', 'three')).toBe(401);
      expect(await status('/tools', 'two')).toBe(200);
      for (const path of [
        '/api/v1/status',
        '/api/v1/products',
        '/docs',
        '/health',
        '/health/mcp',
      ]) {
        expect([path, await status(path)]).toEqual([path, 200]);
      }
    } finally {
      await running.close();
    }
  });
});

describe('CORS', () => {
  it('accepts the origins of ALLOWED_ORIGINS only, with the headers of the protocol', async () => {
    const running = await startReferenceApp({ ALLOWED_ORIGINS: 'https://app.example.com' });
    try {
      const welcome = await preflight(`${running.url}/mcp`, 'https://app.example.com');
      expect(welcome.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
      const allowed = welcome.headers.get('access-control-allow-headers')?.toLowerCase().split(',');
      expect(allowed).toEqual(
        expect.arrayContaining([
          'authorization',
          'content-type',
          'last-event-id',
          'mcp-method',
          'mcp-name',
          'mcp-protocol-version',
          'mcp-session-id',
        ]),
      );
      const stranger = await preflight(`${running.url}/mcp`, 'https://evil.example');
      expect(stranger.headers.get('access-control-allow-origin')).toBeNull();
      const answer = await fetch(`${running.url}/api/v1/status`, {
        headers: { origin: 'https://app.example.com' },
      });
      expect(answer.headers.get('access-control-expose-headers')).toContain('Mcp-Session-Id');
    } finally {
      await running.close();
    }
  });

  it('is off without ALLOWED_ORIGINS', async () => {
    const running = await startReferenceApp();
    try {
      const answer = await fetch(`${running.url}/api/v1/status`, {
        headers: { origin: 'https://app.example.com' },
      });
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    } finally {
      await running.close();
    }
  });
});

describe('the database', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inventory-'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  it('starts empty in memory, and keeps its data in DATABASE_FILE', async () => {
    expect(await ordersOf({})).toBe(161);
    expect(await ordersOf({})).toBe(161);
    const file = { DATABASE_FILE: join(folder, 'inventory.db') };
    expect(await ordersOf(file)).toBe(161);
    expect(await ordersOf(file)).toBe(162);
  });

  it('has the schema of the entities', async () => {
    const running = await startReferenceApp();
    try {
      const { upQueries } = await running.app.get(DataSource).driver.createSchemaBuilder().log();
      expect(upQueries.map(({ query }) => query)).toEqual([]);
    } finally {
      await running.close();
    }
  });

  it('makes /health answer 503 when it is gone', async () => {
    const running = await startReferenceApp();
    try {
      expect(
        (await send<HealthCheckResult>(`${running.url}/health`)).body.details.database?.status,
      ).toBe('up');
      await running.app.get(DataSource).destroy();
      const { status, body } = await send<HealthCheckResult>(`${running.url}/health`);
      expect([status, body.details.database?.status]).toEqual([503, 'down']);
    } finally {
      await running.close();
    }
  });
});
