import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js';
import { jwt, McpContext, McpTool } from 'nestjs-mcp';
import { adapters, freePort, startApp, type StartedApp } from '../support/start-app.js';
import { AuthorizationServer } from './authorization.server.js';
import { Wallet } from './wallet.js';

class NoteTools {
  @McpTool({ scopes: ['notes:read'] })
  readNotes(context: McpContext) {
    return { reader: context.auth?.subject, scopes: context.auth?.scopes };
  }

  @McpTool({ scopes: ['notes:read', 'notes:write'] })
  writeNote() {
    return 'written';
  }
}

describe.each(adapters)('the OAuth flow of a client of the SDK on %s', (adapter) => {
  const authority = new AuthorizationServer();
  const wallet = new Wallet();
  let app: StartedApp;
  beforeAll(async () => {
    const port = await freePort();
    const publicUrl = `http://127.0.0.1:${port}`;
    await authority.start(publicUrl, ['notes:read', 'notes:write']);
    const { issuer } = authority;
    const auth = {
      verifier: jwt({ issuer, audience: publicUrl, jwksUri: `${issuer}/jwks` }),
      authorizationServers: [issuer],
      scopesSupported: ['notes:read'],
    };
    app = await startApp({
      mcp: { name: 'notes', version: '1', publicUrl, auth },
      adapter,
      port,

      providers: [NoteTools],
    });
  });
  afterAll(async () => {
    await app.close();
    await authority.stop();
  });

  const createTransport = () =>
    new StreamableHTTPClientTransport(new URL(`${app.url}/mcp`), { authProvider: wallet });

  it('goes from 401 by discovery, registration and PKCE to a call', async () => {
    const stranger = createTransport();
    await expect(app.connect({ transport: stranger })).rejects.toThrow(UnauthorizedError);
    const asked = await wallet.agree(stranger);
    expect(asked.get('code_challenge_method')).toBe('S256');
    expect(asked.get('resource')).toBe(app.url);
    expect(asked.get('scope')).toBe('notes:read');

    const client = await app.connect({ transport: createTransport() });
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['read_notes']);
    const result = await client.callTool({ name: 'read_notes' });
    expect(result.structuredContent).toEqual({ reader: 'anna', scopes: ['notes:read'] });
  });

  it('refreshes an expired token, and goes on', async () => {
    const client = await app.connect({ transport: createTransport() });
    const before = { ...wallet.kept };
    wallet.kept = { ...before, access_token: `${before.access_token}x` } as OAuthTokens;
    const result = await client.callTool({ name: 'read_notes' });
    expect(result.structuredContent).toEqual({ reader: 'anna', scopes: ['notes:read'] });
    expect(wallet.kept.refresh_token).not.toBe(before.refresh_token);
  });

  it('requests further scopes for a tool that needs them', async () => {
    const transport = createTransport();
    const client = await app.connect({ transport });
    wallet.beginAnew();
    await expect(client.callTool({ name: 'write_note' })).rejects.toThrow(UnauthorizedError);
    expect((await wallet.agree(transport)).get('scope')).toBe('notes:read notes:write');
    const result = await client.callTool({ name: 'write_note' });
    expect(result.content).toEqual([{ type: 'text', text: 'written' }]);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['read_notes', 'write_note']);
  });
});
