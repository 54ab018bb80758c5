import { symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Injectable } from '@nestjs/common';
import { McpSkill, McpTool } from 'nestjs-mcp';
import { skillFile, skillFolders } from '../support/skill-folder.js';
import { bootError, startApp, type StartOptions } from '../support/start-app.js';

const folders = skillFolders();
afterAll(() => folders.remove());

/** The error of a boot whose module names the folder. */
async function errorOf(skills: string | URL, options: StartOptions = {}): Promise<string> {
  return (await bootError({ ...options, mcp: { skills: [skills] } })).message;
}

/** The folder of one skill whose `SKILL.md` is this text. */
function written(text: string | Uint8Array): string {
  return folders.make({ 'refunds/SKILL.md': text });
}

describe('A folder that is no skill', () => {
  const matter = (...lines: string[]): string => ['---', ...lines, '---', 'Text'].join('\n');
  const described = 'description: What it is for.';

  it.each([
    ['has no front matter', '# Refunds', /SKILL\.md has no front matter/],
    ['has front matter that never ends', '---\nname: refunds', /has no front matter/],
    ['begins in another way', `# Title\n${skillFile('refunds')}`, /has no front matter/],
    ['has broken YAML', matter('name: [refunds', described), /that is not YAML/],
    ['names a key twice', matter('name: refunds', 'name: x', described), /that is not YAML/],
    ['has a tag', matter('name: !!js/function x', described), /that is not YAML/],
    ['has an alias', matter('name: refunds', 'a: &a b', 'c: *a', described), /has an alias/],
    ['is a list', matter('- name'), /that is no map/],
    ['is empty', matter(), /that is no map/],
    [
      'holds what JSON cannot say',
      matter('name: refunds', described, 'n: .nan'),
      /JSON cannot say/,
    ],
    ['holds a prototype', matter('name: refunds', described, '__proto__: {}'), /JSON cannot say/],
    ['has no name', matter(described), /no usable name/],
    ['has a name in capitals', matter('name: Refunds', described), /no usable name/],
    [
      'has the name of another folder',
      skillFile('orders'),
      /'orders', but its folder is 'refunds'/,
    ],
    ['has no description', matter('name: refunds'), /no usable description/],
    ['says too much', matter('name: refunds', `description: ${'x'.repeat(1025)}`), /1 to 1024/],
    ['has numbers as metadata', skillFile('refunds', { lines: ['metadata: {v: 1}'] }), /in quotes/],
    [
      'takes a reserved key',
      skillFile('refunds', { lines: ['metadata: {io.modelcontextprotocol/x: a}'] }),
      /reserved/,
    ],
    ['is not UTF-8', Buffer.from([0x2d, 0x2d, 0x2d, 0xff]), /is not UTF-8/],
  ])('stops the boot if it %s', async (_title, text, expected) => {
    expect(await errorOf(written(text))).toMatch(expected);
  });

  it('stops the boot if it does not exist, is a file, or contains no SKILL.md', async () => {
    expect(await errorOf('no/such/folder')).toMatch(/no\/such\/folder cannot be read \(ENOENT\)/);
    expect(await errorOf('package.json')).toMatch(/cannot be read \(ENOTDIR\)/);
    const folder = folders.make({ 'refunds/skill.md': skillFile('refunds') });
    expect(await errorOf(folder)).toMatch(/no SKILL\.md in .*skill\.md is written in another case/);
  });

  it('stops the boot with one error that lists all problems', async () => {
    const folder = folders.make({
      'a/SKILL.md': 'x',
      'b/SKILL.md': skillFile('b'),
      'c/SKILL.md': 'y',
    });
    const message = await errorOf(folder);
    expect(message).toMatch(/2 declarations are wrong/);
    expect(message).toMatch(/a\/SKILL\.md has no front matter[^]*c\/SKILL\.md has no front matter/);
  });
});

describe('A file in the folder of a skill', () => {
  it('is never a link, which could lead out of the folder', async () => {
    const root = written(skillFile('refunds'));
    symlinkSync('/etc/passwd', join(root, 'refunds/passwd'));
    expect(await errorOf(root)).toMatch(/refunds\/passwd is neither a file nor a folder/);
    const other = written(skillFile('refunds'));
    symlinkSync('/etc', join(other, 'refunds/etc'));
    expect(await errorOf(other)).toMatch(/refunds\/etc is neither a file nor a folder/);
    const manifest = folders.make({ 'refunds/note.md': 'x' });
    symlinkSync(join(root, 'refunds/SKILL.md'), join(manifest, 'refunds/SKILL.md'));
    expect(await errorOf(manifest)).toMatch(/SKILL\.md is neither a file nor a folder/);
  });

  it('is never larger than hosts accept, and a huge file is not read to find out', async () => {
    const root = written(skillFile('refunds'));
    writeFileSync(join(root, 'refunds/huge.bin'), '');
    truncateSync(join(root, 'refunds/huge.bin'), 2 ** 42);
    expect(await errorOf(root)).toMatch(/has 4398046511\d+ bytes in its files/);
    const many = Object.fromEntries(
      Array.from({ length: 512 }, (_, i) => [`refunds/${i}.txt`, 'x']),
    );
    const full = folders.make({ 'refunds/SKILL.md': skillFile('refunds'), ...many });
    expect(await errorOf(full)).toMatch(/has 513 files, and a skill may have 512/);
  });

  it.each(['x\\..\\secret.txt', 'line\nbreak.md', 'bell\u0007.md'])(
    'cannot have a name that a client could misinterpret: %j',
    async (name) => {
      const root = written(skillFile('refunds'));
      writeFileSync(join(root, 'refunds', name), 'x');
      expect(await errorOf(root)).toMatch(/Rename it/);
    },
  );

  it('can have any other name', async () => {
    const names = ['%2e%2e', 'a b?c#d.md', '{x}.json', 'größe.txt', '😀.md', "it's (1)&.txt"];
    const files = Object.fromEntries(names.map((name) => [`refunds/${name}`, name]));
    const root = folders.make({ 'refunds/SKILL.md': skillFile('refunds'), ...files });
    const served = await startApp({ mcp: { skills: [pathToFileURL(root)] } });
    const client = await served.client();
    const read = await Promise.all(
      names.map(async (name) => {
        const uri = `skill://refunds/${encodeURIComponent(name)}`;
        return (await client.readResource(uri)).text;
      }),
    );
    expect(read).toEqual(names);
    await served.close();
  });

  it('is served with its content at boot', async () => {
    const root = written(skillFile('refunds'));
    const served = await startApp({ mcp: { skills: [root] } });
    writeFileSync(join(root, 'refunds/SKILL.md'), 'Something else.');
    writeFileSync(join(root, 'refunds/late.md'), 'Too late.');
    const client = await served.client();
    expect((await client.readResource('skill://refunds/SKILL.md')).text).toBe(skillFile('refunds'));
    await expect(client.readResource('skill://refunds/late.md')).rejects.toThrow(/not found/);
    await served.close();
  });
});

describe('A skill and the tools that it names', () => {
  @Injectable()
  class Orders {
    @McpTool({ description: 'Finds orders.' })
    findOrder() {
      return 1;
    }

    @McpTool({ description: 'Refunds orders.', scopes: ['orders:write'] })
    refundOrder() {
      return 1;
    }
  }

  const naming = (tools: string, text = ''): string =>
    written(skillFile('refunds', { lines: [`allowed-tools: ${tools}`], text }));

  it.each(['no_such_tool', 'mcp__test__no_such_tool', '[find_order, no_such_tool]'])(
    'stop the boot if the server lacks one: %s',
    async (tools) => {
      expect(await errorOf(naming(tools), { providers: [Orders] })).toMatch(
        /skill:\/\/refunds\/SKILL\.md names the tool 'no_such_tool'/,
      );
    },
  );

  it('may include tools of the host and of other servers', async () => {
    const tools = 'find_order mcp__test__find_order mcp__github__get_issue Read Bash(git add:*)';
    const served = await startApp({ providers: [Orders], mcp: { skills: [naming(tools)] } });
    expect(served.log.of('warn').filter((line) => line.includes('skill'))).toEqual([]);
    await served.close();
  });

  it('cause a warning for a tool in the text that the server lacks', async () => {
    const text = 'Call the `find_order` tool, then the tool `close_order` and look at `status`.';
    const skills = [naming('find_order', text)];
    const served = await startApp({ providers: [Orders], mcp: { skills } });
    const [line, ...others] = served.log.of('warn').filter((one) => one.includes('skill'));
    expect(line).toMatch(/server does not have them: close_order \(skill:\/\/refunds\/SKILL\.md\)/);
    expect(others).toEqual([]);
    await served.close();
  });

  it('cause a warning for a tool that not every caller of the skill sees', async () => {
    const folder = naming('refund_order');
    const open = await startApp({ providers: [Orders], mcp: { skills: [folder] } });
    expect(open.log.of('warn').join('\n')).toMatch(/sees the tool: refund_order \(skill:/);
    await open.close();

    @McpSkill(join(folder, 'refunds'), { scopes: ['orders:write'] })
    class Refunds {}
    const narrow = await startApp({ providers: [Orders, Refunds] });
    expect(narrow.log.of('warn').join('\n')).not.toMatch(/sees the tool/);
    await narrow.close();
  });
});
