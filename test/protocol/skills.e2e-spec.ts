import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { SkillsClient } from '@modelcontextprotocol/client/ext/skills';
import type { McpModuleOptions } from 'nestjs-mcp';
import { z } from 'zod';
import { skillFile, skillFolders } from '../support/skill-folder.js';
import { startStory, type Story } from './story.app.js';
import { toPipes, toSse } from './story.clients.js';

type Transport = Parameters<Client['connect']>[0];

const toHttp = ({ url }: Story): Transport =>
  new StreamableHTTPClientTransport(new URL('/mcp', url));
const pinned = { versionNegotiation: { mode: { pin: '2026-07-28' } } } as const;

const ways = [
  ['Streamable HTTP, 2025-11-25', {}, toHttp],
  ['HTTP+SSE', {}, toSse as (story: Story) => Transport],
  ['stdio, 2025-11-25', {}, toPipes as (story: Story) => Transport],
  ['Streamable HTTP, 2026-07-28', pinned, toHttp],
  ['stdio, 2026-07-28', pinned, toPipes as (story: Story) => Transport],
] as const;

const png = Buffer.from('89504e470d0a1a0aff', 'hex');

describe.each(ways)('Skills over %s', (_name, options, toTransport) => {
  const folders = skillFolders();
  const root = folders.make({
    'billing/refunds/SKILL.md': skillFile('refunds', {
      lines: ['license: MIT', 'metadata:', '  version: "2.1"'],
    }),
    'billing/refunds/templates/e mail.md': '\uFEFFDear customer\r\n',
    'billing/refunds/templates/eu/letter.md': 'Dear customer',
    'billing/refunds/images/logo.png': png,
    'billing/refunds/.DS_Store': 'no part of it',
    'billing/refunds/partial/SKILL.md': skillFile('partial'),
    'audit/SKILL.md': skillFile('audit'),
  });
  let story: Story;
  let client: Client;
  let skills: SkillsClient;

  const start = async (mcp: Partial<McpModuleOptions> = {}): Promise<void> => {
    story = await startStory({ skills: [root], ...mcp }, []);
    client = new Client({ name: 'host', version: '1' }, options);
    await client.connect(toTransport(story));
    skills = new SkillsClient(client);
  };
  afterEach(async () => {
    await client.close();
    await story.close();
  });
  afterAll(() => folders.remove());

  it('are listed with their front matter and every file, and each file matches its digest', async () => {
    await start();
    expect(client.getServerCapabilities()).toMatchObject({
      extensions: { 'io.modelcontextprotocol/skills': { directoryRead: true } },
      resources: {},
    });
    const listed = (await skills.list()).skills;
    expect(listed.map(({ uri }) => uri)).toEqual([
      'skill://audit/SKILL.md',
      'skill://billing/refunds/SKILL.md',
      'skill://billing/refunds/partial/SKILL.md',
    ]);
    const [, refunds, partial] = listed;
    expect(refunds?.frontmatter).toEqual({
      name: 'refunds',
      description: 'What refunds is for.',
      license: 'MIT',
      metadata: { version: '2.1' },
    });
    expect(partial?.resources).toHaveLength(1);
    const files = refunds?.resources as { uri: string; size: number }[];
    expect(files.map(({ uri }) => uri.slice('skill://billing/refunds/'.length))).toEqual([
      'SKILL.md',
      'images/logo.png',
      'partial/SKILL.md',
      'templates/e%20mail.md',
      'templates/eu/letter.md',
    ]);
    if (!refunds) throw new Error('The skill is missing.');
    for (const { uri } of files) {
      expect(await skills.read(refunds, uri)).toMatchObject({ verified: true });
    }
    const { bytes } = await skills.read(refunds, 'templates/e mail.md');
    expect(Buffer.from(bytes).toString()).toBe('\uFEFFDear customer\r\n');
    expect((await skills.read(refunds, 'images/logo.png')).mimeType).toBe('image/png');
    expect(Buffer.from((await skills.read(refunds, 'images/logo.png')).bytes)).toEqual(png);
  });

  it('are found by the URI of their SKILL.md, and only by that', async () => {
    await start();
    const { skill } = await skills.get('skill://billing/refunds/partial/SKILL.md');
    expect(skill).toEqual((await skills.list()).skills[2]);
    for (const uri of [
      'skill://refunds/SKILL.md',
      'skill://billing/refunds',
      'skill://billing/refunds/templates/eu/letter.md',
    ]) {
      await expect(skills.get(uri)).rejects.toMatchObject({
        code: -32602,
        message: expect.stringContaining(uri) as string,
      });
    }
  });

  it.each(['skills/get', 'resources/directory/read'])(
    'are refused by %s without a URI, in words that say so',
    async (method) => {
      await start();
      for (const params of [{}, { uri: 7 }, { uri: ['skill://audit/SKILL.md'] }]) {
        const answer = client.request({ method, params }, z.looseObject({}));
        await expect(answer).rejects.toMatchObject({
          code: -32602,
          message: expect.stringContaining('uri must be a string') as string,
        });
      }
    },
  );

  it('show their folders, one level at a time', async () => {
    await start();
    const { resources } = await skills.readDirectory('skill://billing/refunds');
    expect(resources.map(({ uri, mimeType }) => [uri.slice(24), mimeType])).toEqual([
      ['SKILL.md', 'text/markdown'],
      ['images', 'inode/directory'],
      ['partial', 'inode/directory'],
      ['templates', 'inode/directory'],
    ]);
    expect(resources[0]).toMatchObject({ name: 'refunds', description: 'What refunds is for.' });
    const { resources: inner } = await skills.readDirectory('skill://billing/refunds/templates');
    expect(inner.map(({ name }) => name)).toEqual(['e mail.md', 'eu']);
    for (const uri of ['skill://billing/refunds/SKILL.md', 'skill://nowhere', 'skill://billing']) {
      await expect(skills.readDirectory(uri)).rejects.toMatchObject({ code: -32602 });
    }
  });

  it('are ordinary resources for a client without the extension', async () => {
    await start();
    const { resources } = await client.listResources();
    const size = readFileSync(join(root, 'audit/SKILL.md')).length;
    expect(resources[0]).toEqual({
      uri: 'skill://audit/SKILL.md',
      name: 'audit',
      description: 'What audit is for.',
      mimeType: 'text/markdown',
      size,
    });
    // Supporting files are read by the links to them.
    expect(resources).toHaveLength(3);
    const { contents } = await client.readResource({
      uri: 'skill://billing/refunds/templates/eu/letter.md',
    });
    expect(contents).toMatchObject([{ mimeType: 'text/markdown', text: 'Dear customer' }]);
  });

  it('are paginated, and so are their folders', async () => {
    await start({ pageSize: 2 });
    expect((await skills.list()).skills).toHaveLength(3);
    const { resources } = await skills.readDirectory('skill://billing/refunds');
    expect(resources).toHaveLength(4);
    const page = await client.request(
      { method: 'resources/directory/read', params: { uri: 'skill://billing/refunds' } },
      z.looseObject({ resources: z.array(z.unknown()), nextCursor: z.string() }),
    );
    expect(page.resources).toHaveLength(2);
    const elsewhere = { uri: 'skill://billing/refunds/templates', cursor: page.nextCursor };
    await expect(
      client.request({ method: 'resources/directory/read', params: elsewhere }, z.looseObject({})),
    ).rejects.toMatchObject({ code: -32602 });
    await expect(skills.list({ cursor: 'not-mine' })).rejects.toMatchObject({ code: -32602 });
  });

  it('expose nothing but their own files', async () => {
    await start();
    for (const uri of [
      'skill://audit/../billing/refunds/SKILL.md',
      'skill://audit/..%2f..%2f..%2f..%2fetc%2fpasswd',
      'skill://audit/../../../../etc/passwd',
      'skill://billing/refunds/.DS_Store',
      'skill://audit/SKILL.md/',
      'skill://audit/skill.md',
      'skill://audit/SKILL.md%00',
      'skill://audit',
      'skill:///etc/passwd',
    ]) {
      await expect(client.readResource({ uri })).rejects.toMatchObject({
        code: options === pinned ? -32602 : expect.any(Number),
        message: expect.stringContaining('not found') as string,
      });
    }
  });
});

describe('A server without skills', () => {
  it.each(ways)('does not have their methods over %s', async (_name, options, toTransport) => {
    const story = await startStory({}, []);
    const client = new Client({ name: 'host', version: '1' }, options);
    await client.connect(toTransport(story));
    const known = new SkillsClient(client).supported;
    const answers = await Promise.allSettled(
      ['skills/list', 'skills/get', 'resources/directory/read'].map((method) =>
        client.request({ method, params: {} }, z.looseObject({})),
      ),
    );
    await client.close();
    await story.close();
    expect(known).toBe(false);
    const message = expect.stringContaining('Method not found') as string;
    const unknown = { status: 'rejected', reason: { message } };
    expect(answers).toMatchObject([unknown, unknown, unknown]);
  });
});
