import { join } from 'node:path';
import {
  Injectable,
  SetMetadata,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { McpGroup, McpModule, McpSkill, staticTokens } from 'nestjs-mcp';
import { McpTestClient, type McpTestClientOptions } from 'nestjs-mcp/testing';
import { bootError, startApp, type StartedApp } from '../support/start-app.js';
import { skillFile, skillFolders } from '../support/skill-folder.js';

const folders = skillFolders();
const root = folders.make({
  'refunds/SKILL.md': skillFile('refunds'),
  'refunds/letters/SKILL.md': skillFile('letters'),
  'audit/SKILL.md': skillFile('audit'),
  'audit/rules/eu.md': 'EU',
  'open/SKILL.md': skillFile('open'),
});
afterAll(() => folders.remove());

const uris = {
  open: 'skill://open/SKILL.md',
  refunds: 'skill://refunds/SKILL.md',
  letters: 'skill://refunds/letters/SKILL.md',
  audit: 'skill://audit/SKILL.md',
};

@Injectable()
class AuditorsOnly implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const role = this.reflector.getAllAndOverride<string>('role', [
      context.getHandler(),
      context.getClass(),
    ]);
    const { user } = context.switchToHttp().getRequest<{ user?: { role?: string } }>();
    return user?.role === role;
  }
}

@McpSkill(join(root, 'refunds'), { scopes: ['orders:write'] })
class Refunds {}

@SetMetadata('role', 'auditor')
@McpSkill(join(root, 'audit'), { visibility: AuditorsOnly })
class Audit {}

const verifier = staticTokens({
  clerk: { token: 'clerk', scopes: ['orders:write'] },
  guest: { token: 'guest', scopes: [] },
});

describe.each([
  ['legacy', 'http'],
  ['legacy', 'sse'],
  ['legacy', 'memory'],
  ['modern', 'http'],
] as const)('A skill for some (%s, %s)', (era, over) => {
  let served: StartedApp;
  const connect = (options: McpTestClientOptions): Promise<McpTestClient> =>
    served.client({ era, over, ...options });

  beforeAll(async () => {
    served = await startApp({
      mcp: { skills: [root], auth: { verifier, optional: true } },
      providers: [Refunds, Audit],
    });
  });
  afterAll(() => served.close());

  it('is listed for callers with its scopes, with its nested skills', async () => {
    const listed = async (token?: string): Promise<unknown> =>
      (await (await connect({ ...(token && { token }) })).listResources()).map(({ uri }) => uri);
    expect(await listed('clerk')).toEqual([uris.open, uris.refunds, uris.letters].toSorted());
    expect(await listed('guest')).toEqual([uris.open]);
    expect(await listed()).toEqual([uris.open]);
  });

  it('is readable for callers with its scopes; others receive the missing scopes', async () => {
    const clerk = await connect({ token: 'clerk' });
    expect((await clerk.readResource(uris.letters)).text).toBe(skillFile('letters'));
    const guest = await connect({ token: 'guest' });
    await expect(guest.readResource(uris.letters)).rejects.toMatchObject({
      message: expect.stringContaining('orders:write') as string,
    });
  });

  it('is unknown to callers that its visibility guard rejects; the guard can read the metadata of the class', async () => {
    const clerk = await connect({ token: 'clerk' });
    await expect(clerk.readResource('skill://audit/rules/eu.md')).rejects.toThrow(/not found/);
    const as = { subject: 'ann', scopes: [], user: { role: 'auditor' } };
    const auditor = await connect({ as });
    expect((await auditor.readResource('skill://audit/rules/eu.md')).text).toBe('EU');
    expect((await auditor.listResources()).map(({ uri }) => uri)).toContain(uris.audit);
  });
});

describe('The access rule of a skill', () => {
  @Injectable()
  class NotOnSundays implements CanActivate {
    canActivate(context: ExecutionContext): boolean {
      return Reflect.getMetadata('role', context.getClass()) !== 'sunday';
    }
  }

  @UseGuards(NotOnSundays)
  @SetMetadata('role', 'sunday')
  @McpSkill(join(root, 'open'))
  class Sunday {}

  it('includes the guard of its class', async () => {
    const served = await startApp({ providers: [Sunday] });
    const client = await served.client();
    await expect(client.readResource(uris.open)).rejects.toThrow(/Forbidden/);
    await served.close();
  });

  it('includes the group of its class', async () => {
    @McpGroup('money', { scopes: ['orders:write'] })
    @McpSkill(join(root, 'refunds'))
    class Grouped {}
    const served = await startApp({ providers: [Grouped], mcp: { auth: { verifier } } });
    const guest = await served.client({ token: 'guest' });
    expect(await guest.listResources()).toEqual([]);
    const clerk = await served.client({ token: 'clerk' });
    expect(await clerk.listResources()).toHaveLength(2);
    await served.close();
  });

  it('applies on every server: the folders of another one do not add the skill a second time', async () => {
    @McpSkill(join(root, 'audit'), { servers: ['inner'] })
    class Inner {}
    const served = await startApp({
      mcp: { name: 'outer', version: '1', skills: [root] },
      imports: [McpModule.forRoot({ name: 'inner', version: '1', prefix: 'inner' })],
      providers: [Inner],
    });
    const seen = async (server: string): Promise<unknown> =>
      (await (await served.client({ server })).listResources()).map(({ uri }) => uri);
    expect(await seen('outer')).not.toContain(uris.audit);
    expect(await seen('inner')).toEqual([uris.audit]);
    await served.close();
  });

  it('applies to all files in its folder', async () => {
    @McpSkill(join(root, 'refunds/letters'), { scopes: ['letters'] })
    class Letters {}
    const { message } = await bootError({ providers: [Refunds, Letters] });
    expect(message).toMatch(
      /@McpSkill of Letters: the skill .* lies in the skill skill:\/\/refunds/,
    );
  });

  it('refuses a cache hint that would show the files of one caller to another', async () => {
    @McpSkill(join(root, 'refunds'), { scopes: ['x'], cache: { ttl: 1, scope: 'public' } })
    class Public {}
    expect((await bootError({ providers: [Public] })).message).toMatch(/cache\.scope is 'public'/);
  });

  it('is answered over HTTP with a challenge, before anything runs', async () => {
    const served = await startApp({
      mcp: { auth: { verifier, optional: true } },
      providers: [Refunds],
    });
    const methods = { 'skills/get': uris.refunds, 'resources/directory/read': 'skill://refunds' };
    for (const [method, uri] of Object.entries(methods)) {
      const _meta = {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientCapabilities': {},
      };
      const response = await fetch(`${served.url}/mcp`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          'mcp-protocol-version': '2026-07-28',
          'mcp-method': method,
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { uri, _meta } }),
      });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toMatch(/scope="orders:write"/);
    }
    await served.close();
  });
});
