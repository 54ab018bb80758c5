import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { McpSkill } from 'nestjs-mcp';
import { skillFile, skillFolders } from '../support/skill-folder.js';
import { bootError, startApp, type StartOptions } from '../support/start-app.js';

const folders = skillFolders();
const [node = '', jest = ''] = process.argv;
afterEach(() => (process.argv[1] = jest));
afterAll(() => folders.remove());

/** The names of the skills that an application offers. */
async function namesOf(options: StartOptions): Promise<string[]> {
  const served = await startApp(options);
  const client = await served.client();
  const names = (await client.listResources()).map(({ name }) => name);
  await served.close();
  return names;
}

@McpSkill('skills-of-shop/refunds')
class Refunds {}

describe('A relative folder of skills', () => {
  const shop = (): string =>
    folders.make({
      'package.json': '{}',
      'dist/src/main.js': '',
      'skills-of-shop/refunds/SKILL.md': skillFile('refunds'),
      'skills-of-shop/orders/SKILL.md': skillFile('orders'),
    });

  it('is found beside the package.json of the program, wherever the process was started', async () => {
    process.argv[1] = join(shop(), 'dist/src/main.js');
    expect(await namesOf({ providers: [Refunds] })).toEqual(['refunds']);
    expect(await namesOf({ mcp: { skills: ['./skills-of-shop'] } })).toEqual(['orders', 'refunds']);
    expect(
      await namesOf({ providers: [Refunds], mcp: { skills: ['skills-of-shop'] } }),
    ).toHaveLength(2);
  });

  it('is found also if the program is started by a link or without its ending', async () => {
    const root = shop();
    const link = join(folders.make({ 'package.json': '{}' }), 'shop');
    symlinkSync(join(root, 'dist/src/main.js'), link);
    for (const main of [link, join(root, 'dist/src/main')]) {
      process.argv[1] = main;
      expect(await namesOf({ providers: [Refunds] })).toEqual(['refunds']);
    }
  });

  it('is the one under the working directory where there is one', async () => {
    const root = folders.make({ 'package.json': '{}', 'test/support/SKILL.md': 'x' });
    process.argv[1] = join(root, 'main.js');
    const { message } = await bootError({ mcp: { skills: ['test/support'] } });
    expect(message).toContain('there is no SKILL.md in test/support.');
  });

  it('stops the boot with both places if it is in neither', async () => {
    const root = folders.make({ 'package.json': '{}', 'dist/main.js': '' });
    process.argv[1] = join(root, 'dist/main.js');
    const { message } = await bootError({ providers: [Refunds] });
    expect(message).toContain(
      `the folder skills-of-shop/refunds cannot be read (ENOENT): it is neither in ${process.cwd()} (the working directory) nor in ${root} (the package of the program).`,
    );
    const elsewhere = await bootError({ mcp: { skills: [join(root, 'skills')] } });
    expect(elsewhere.message).toContain('skills cannot be read (ENOENT). Name a folder');
  });

  it('stops the boot with one place if the program has no package', async () => {
    process.argv = [node];
    const { message } = await bootError({ providers: [Refunds] });
    expect(message).toContain(`(ENOENT): it is not in ${process.cwd()} (the working directory).`);
    process.argv = [node, jest];
  });
});
