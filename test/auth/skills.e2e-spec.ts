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
import { bootError, serve, type Served } from '../declaring/serve.js';
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
  let served: Served;
  const connect = (options: McpTestClientOptions): Promise<McpTestClient> =>
    served.client({ era, over, ...options });

  beforeAll(async () => {
    served = await serve({
      mcp: { skills: [root], auth: { verifier, optional: true } },
      providers: [Refunds, Audit],
    });
  });
  afterAll(() => served.close());

  it('is listed for who holds its scopes, with the skills in it', async () => {
    const listed = async (token?: string): Promise<unknown> =>
      (await (await connect({ ...(token && { token }) })).listResources()).map(({ uri }) => uri);
    expect(await listed('clerk')).toEqual([uris.open, uris.refunds, uris.letters].toSorted());
    expect(await listed('guest')).toEqual([uris.open]);
    expect(await listed()).toEqual([uris.open]);
  });

  it('is read by who holds its scopes; others learn which scopes they lack', async () => {
    const clerk = await connect({ token: 'clerk' });
    expect((await clerk.readResource(uris.letters)).text).toBe(skillFile('letters'));
    const guest = await connect({ token: 'guest' });
    await expect(guest.readResource(uris.letters)).rejects.toMatchObject({
      message: expect.stringContaining('orders:write') as string,
    });
  });

  it('is unknown to who does not pass its visibility, which finds the metadata of the class', async () => {
    const clerk = await connect({ token: 'clerk' });
    await expect(clerk.readResource('skill://audit/rules/eu.md')).rejects.toThrow(/not found/);
    const as = { subject: 'ann', scopes: [], user: { role: 'auditor' } };
    const auditor = await connect({ as });
    expect((await auditor.readResource('skill://audit/rules/eu.md')).text).toBe('EU');
    expect((await auditor.listResources()).map(({ uri }) => uri)).toContain(uris.audit);
  });
});
