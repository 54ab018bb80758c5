import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { statusAs } from '../support/status-as.js';
import { builtApp } from '../support/ways-in.js';
import { send, startReferenceApp, type ReferenceApp } from './reference-app.js';

interface Index {
  name: string;
  version: string;
  links: Record<string, string>;
}

describe('GET /', () => {
  let running: ReferenceApp;

  afterEach(() => running.close());

  it('returns links, each of which works', async () => {
    running = await startReferenceApp();
    const { status, body } = await send<Index>(running.url);
    expect([status, body.name, body.version]).toEqual([200, 'inventory', '0.1.0']);
    expect(Object.keys(body.links).toSorted()).toEqual([
      'docs',
      'health',
      'mcp',
      'rest',
      'sse',
      'tools',
    ]);
    for (const [name, link] of Object.entries(body.links)) {
      const response = await fetch(new URL(link, running.url));
      await response.body?.cancel();
      // A GET without a session is refused by the MCP route itself.
      expect([name, response.status]).toEqual([name, name === 'mcp' ? 400 : 200]);
    }
  });

  it('contains the URLs for clients', async () => {
    running = await startReferenceApp({ PUBLIC_URL: 'https://shop.example.com/inventory' });
    const { body } = await send<Index>(running.url);
    expect(body.links['mcp']).toBe('https://shop.example.com/inventory/mcp');
  });
});

describe('/tools', () => {
  it('has the same check of Host and Origin as the MCP routes', async () => {
    const running = await startReferenceApp();
    try {
      for (const path of ['/mcp', '/tools']) {
        expect([path, await statusAs(running.url + path, 'evil.example.com')]).toEqual([path, 403]);
      }
      expect(await statusAs(`${running.url}/tools`, 'localhost')).toBe(200);
      const foreign = { headers: { origin: 'https://evil.example.com' } };
      expect((await fetch(`${running.url}/tools`, foreign)).status).toBe(403);
    } finally {
      await running.close();
    }
  });
});

describe('/health', () => {
  it('answers 503 when the file of the database or its tables are gone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'inventory-'));
    const running = await startReferenceApp({ DATABASE_FILE: join(folder, 'inventory.db') });
    try {
      const status = async (): Promise<number> => (await send(`${running.url}/health`)).status;
      expect(await status()).toBe(200);
      await rm(folder, { recursive: true });
      expect(await status()).toBe(503);
    } finally {
      await running.close();
    }
    const inMemory = await startReferenceApp();
    try {
      await inMemory.app.get(DataSource).query('DROP TABLE order_lines');
      await inMemory.app.get(DataSource).query('DROP TABLE products');
      expect((await send(`${inMemory.url}/health`)).status).toBe(503);
    } finally {
      await inMemory.close();
    }
  });
});

describe('The app without a reader of its output', () => {
  it('goes on serving, and ends with status 0 on a signal', async () => {
    const child = spawn(builtApp.command, builtApp.args, {
      cwd: builtApp.cwd,
      env: { ...process.env, PORT: '0', NO_COLOR: '1', NODE_ENV: 'test' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const exit = once(child, 'exit');
    let output = '';
    while (!/Listening on (http:\S+)/.test(output)) {
      output += String((await once(child.stdout, 'data'))[0]);
    }
    const url = /Listening on (http:\S+)/.exec(output)?.[1] ?? '';
    child.stdout.destroy();
    child.stderr.destroy();
    // Each refused call is a line of the log.
    for (let i = 0; i < 3; i += 1) {
      expect((await send(`${url}/api/v1/products/none`)).status).toBe(404);
      expect((await send(`${url}/mcp`, 'POST', { jsonrpc: '2.0', id: 1 })).status).toBe(400);
    }
    child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  });
});
