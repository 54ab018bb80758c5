// From `nest new` to the first call of a generated tool, with the CLI of each major version of Nest and the packed library.
// Run `npm run build:lib` first.
import { deepStrictEqual, match } from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Checks } from './checks.mjs';
import { freePort, listening } from './free-port.mjs';
import { httpTransports, withClient } from './mcp-client.mjs';
import { packLibrary } from './pack-lib.mjs';
import { run } from './run-command.mjs';
import { startServer } from './server-process.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'nestjs-mcp-schematics-'));
const checks = new Checks();

try {
  const { tarball } = packLibrary(scratch);
  for (const major of ['11', '12']) await checkCli(major, tarball);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
checks.summarize();

async function checkCli(major, tarball) {
  const title = `Nest CLI ${major}`;
  const folder = join(scratch, `shop-${major}`);
  const nest = (...args) => run('npx', ['nest', ...args], folder);
  const source = (path) => readFileSync(join(folder, path), 'utf8');

  const isThere = await checks.run(`${title}: nest new, npm install nestjs-mcp`, async () => {
    const options = ['--skip-git', '--package-manager', 'npm', '--strict', '--language', 'ts'];
    const cli = ['--yes', `@nestjs/cli@${major}`, 'new', `shop-${major}`, ...options];
    await run('npx', cli, scratch);
    await run('npm', ['install', '--no-audit', '--no-fund', tarball], folder);
    return true;
  });
  if (!isThere) return;
  await checks.run(`${title}: nest add registers the module once`, async () => {
    await nest('add', 'nestjs-mcp', '--skip-install');
    const added = source('src/app.module.ts');
    match(added, /imports: \[McpModule\.forRoot\(\{ name: 'shop-\d+', version: '0\.0\.1' \}\)\]/);
    await nest('add', 'nestjs-mcp', '--skip-install');
    deepStrictEqual(source('src/app.module.ts'), added);
  });
  await checks.run(`${title}: nest g makes a tool, a resource, a prompt and a skill`, async () => {
    await nest('g', '-c', 'nestjs-mcp', 'tool', 'hello');
    await nest('g', '-c', 'nestjs-mcp', 'resource', 'orders/order');
    await nest('g', '-c', 'nestjs-mcp', 'prompt', 'sum-up');
    await nest('g', '-c', 'nestjs-mcp', 'skill', 'greet-people');
    match(
      source('src/app.module.ts'),
      /HelloTool,\s+OrderResource,\s+SumUpPrompt,\s+GreetPeopleSkill/,
    );
    match(source('package.json'), /"yaml": "\^2/);
  });
  await checks.run(`${title}: the generated tests pass under the project's runner`, () =>
    run('npm', ['test'], folder),
  );
  await checks.run(`${title}: the generated files keep the project's lint`, () =>
    run('npm', ['run', 'lint'], folder),
  );
  await checks.run(`${title}: a client calls the generated tool`, async () => {
    await nest('build');
    const port = await freePort();
    const env = { PORT: String(port), NO_COLOR: '1' };
    const server = startServer(process.execPath, ['dist/main.js'], { cwd: folder, env });
    await server.until(/Nest application successfully started/);
    await listening(port);
    const transport = httpTransports['Streamable HTTP'](`http://localhost:${port}`);
    await withClient(transport, async (client) => {
      const answer = await client.callTool({ name: 'hello', arguments: { name: 'Ada' } });
      deepStrictEqual(answer.structuredContent, { greeting: 'Hello Ada!' });
      const { contents } = await client.readResource({ uri: 'skill://greet-people/SKILL.md' });
      match(contents[0].text, /name: greet-people/);
    });
    await server.stop();
  });
}
