import { Injectable } from '@nestjs/common';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { McpModule, McpTool, staticTokens } from 'nestjs-mcp';
import { McpInspectorModule } from 'nestjs-mcp/inspector';
import { McpTestClient } from 'nestjs-mcp/testing';
import type { Page } from 'playwright-core';
import { choose, connected, describeInBrowser, InspectorBrowser, show } from './browser.js';
import { startApp, type StartedApp } from '../support/start-app.js';

@Injectable()
class Tools {
  @McpTool({ name: 'open_to_all' })
  openToAll() {
    return 'open';
  }

  @McpTool({ name: 'for_admins', scopes: ['admin'] })
  forAdmins() {
    return 'closed';
  }
}

const tokens = { reader: 'the-token-of-a-reader', operator: 'the-token-of-an-operator' };
const auth = {
  verifier: staticTokens({
    reader: { token: tokens.reader, scopes: ['read'] },
    operator: { token: tokens.operator, scopes: ['inspect'] },
  }),
};
const shop = { name: 'shop', version: '1.0.0', auth };

async function openSession(url: string, token: string): Promise<Client> {
  const client = new Client({ name: `client of ${token}`, version: '1.2.3' });
  const headers = { authorization: `Bearer ${token}` };
  const options = { requestInit: { headers } };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`), options));
  return client;
}

describe('nestjs-mcp/inspect', () => {
  let served: StartedApp;
  const clients: Client[] = [];

  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
    await served.close();
  });

  async function start(scope?: string): Promise<void> {
    const inspector = McpInspectorModule.forRoot({ ...(scope !== undefined && { scope }) });
    served = await startApp({ mcp: shop, imports: [inspector], providers: [Tools] });
    for (const token of Object.values(tokens)) clients.push(await openSession(served.url, token));
  }

  async function inspect(token: string): Promise<Record<string, unknown>> {
    const client = await McpTestClient.connect(served.app, { token, era: 'modern' });
    const result = await client.request('nestjs-mcp/inspect', {});
    await client.close();
    return result;
  }

  it('shows a caller its own sessions, by the beginning of their ids', async () => {
    await start('inspect');
    const { sessions, primitives } = await inspect(tokens.reader);
    expect(primitives).toBeUndefined();
    expect(sessions).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{8}$/),
        owner: 'reader',
        client: { name: 'client of the-token-of-a-reader', version: '1.2.3' },
        protocolVersion: '2025-11-25',
        age: expect.any(Number),
        calls: 0,
        subscriptions: [],
      },
    ]);
  });

  it('shows a caller with the scope all sessions, and all primitives with their scopes', async () => {
    await start('inspect');
    const { sessions, primitives } = await inspect(tokens.operator);
    expect(sessions).toEqual([
      expect.objectContaining({ owner: 'reader' }),
      expect.objectContaining({ owner: 'operator' }),
    ]);
    expect(primitives).toEqual([
      { kind: 'tool', name: 'for_admins', where: 'Tools.forAdmins', scopes: ['admin'] },
      { kind: 'tool', name: 'open_to_all', where: 'Tools.openToAll', scopes: [] },
    ]);
  });

  it('hides the sessions of other callers from everyone if the module has no scope', async () => {
    await start();
    const { sessions, primitives } = await inspect(tokens.operator);
    expect(sessions).toEqual([expect.objectContaining({ owner: 'operator' })]);
    expect(primitives).toBeUndefined();
  });

  it('runs after the guards of the server', async () => {
    await start('inspect');
    const { status } = await fetch(`${served.url}/mcp`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'nestjs-mcp/inspect', params: {} }),
    });
    expect(status).toBe(401);
  });

  it('is unknown without an inspector', async () => {
    served = await startApp({ mcp: shop, providers: [Tools] });
    await expect(inspect(tokens.operator)).rejects.toMatchObject({ code: -32601 });
  });
});

describeInBrowser('The view of sessions and access', () => {
  const browser = new InspectorBrowser();
  let served: StartedApp;
  let page: Page;

  beforeAll(async () => {
    const modules = [McpModule.forRoot(shop), McpInspectorModule.forRoot({ scope: 'inspect' })];
    [served] = await Promise.all([
      startApp({ mcp: false, imports: modules, providers: [Tools] }),
      browser.start(),
    ]);
    page = await browser.open(`${served.url}/inspector`);
  });

  afterAll(async () => {
    await browser.close();
    await served.close();
    expect(browser.end()).toEqual([]);
  });

  async function enter(token: string): Promise<void> {
    const field = page.getByLabel('Bearer token, kept for this tab only');
    await field.fill(token);
    await field.press('Enter');
    await connected(page);
  }

  it('shows the session of this tab, and whether the caller may see everything', async () => {
    await enter(tokens.reader);
    await choose(page, 'legacy');
    await show(page, '#/server');
    await page.getByRole('region', { name: 'Sessions' }).getByText('(this tab)').waitFor();
    await page
      .getByText('Everything that the server has is shown to callers with the scope')
      .waitFor();
  });

  it('shows the primitives that the token sees among all of the server', async () => {
    await enter(tokens.operator);
    const rows = page.getByRole('region', { name: 'What this token sees' }).getByRole('row');
    await rows.getByText('Tools.forAdmins').waitFor();
    await expect(rows.allInnerTexts()).resolves.toEqual([
      'kind\tname\tmethod\tscopes\tseen',
      'tool\tfor_admins\tTools.forAdmins\tadmin\tno',
      'tool\topen_to_all\tTools.openToAll\t\tyes',
    ]);
  });
});
