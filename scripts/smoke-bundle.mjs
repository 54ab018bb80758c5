// Makes an MCP bundle (MCPB) of the reference app with the manifest of `nestjs-mcp manifest mcpb`, unpacks it elsewhere, starts it as its
// manifest says and calls it. Run `npm run build` first. `npm run smoke:bundle -- inventory.mcpb` keeps the bundle.
import { deepStrictEqual, match, ok } from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleCli } from './bundle-cli.mjs';
import { Checks } from './checks.mjs';
import { stdioTransport, withClient } from './mcp-client.mjs';
import { run } from './run-command.mjs';
import { cleanEnvironment } from './server-process.mjs';
import { installAside } from './tools-aside.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const packerVersion = '2.1.2';
const [kept] = process.argv.slice(2);
const work = mkdtempSync(join(tmpdir(), 'bundle-'));
const stage = join(work, 'stage');
const bundle = join(work, 'inventory.mcpb');
const unpacked = join(work, 'unpacked');
const checks = new Checks();

try {
  mkdirSync(stage);
  for (const name of ['dist', 'package.json', 'package-lock.json', '.npmrc']) {
    cpSync(join(root, name), join(stage, name), { recursive: true });
  }
  await run(
    'npm',
    ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    stage,
  );
  const cli = join(root, 'node_modules/.cache/bundle-cli/nestjs-mcp.mjs');
  await bundleCli(cli);
  const packer = join(await installAside('@anthropic-ai/mcpb', packerVersion), 'dist/cli/cli.js');
  const mcpb = (...args) => run(process.execPath, [packer, ...args], work);

  await checks.run('nestjs-mcp manifest mcpb writes a manifest that the packer takes', async () => {
    const command = 'node dist/src/main.js --stdio';
    const args = ['manifest', 'mcpb', '--command', command, '--out', 'manifest.json'];
    await run(process.execPath, [cli, ...args], stage);
    await mcpb('validate', join(stage, 'manifest.json'));
  });
  await checks.run('the bundle is packed and unpacked', async () => {
    await mcpb('pack', stage, bundle);
    await mcpb('unpack', bundle, unpacked);
    ok(readFileSync(join(unpacked, 'manifest.json')).length > 0);
  });
  await checks.run('the unpacked bundle starts as its manifest says, and answers', callUnpacked);
  if (kept) cpSync(bundle, resolve(kept));
} finally {
  rmSync(work, { recursive: true, force: true });
}
checks.summarize();

async function callUnpacked() {
  const { server, tools } = JSON.parse(readFileSync(join(unpacked, 'manifest.json'), 'utf8'));
  const { command, args } = server.mcp_config;
  const transport = stdioTransport({
    command: command === 'node' ? process.execPath : command,
    args: args.map((one) => one.replaceAll('${__dirname}', unpacked)),
    // A host starts it where it likes, and with little of its own environment.
    cwd: work,
    env: { PATH: cleanEnvironment().PATH },
    stderr: 'ignore',
  });
  await withClient(transport, async (client) => {
    const listed = await client.listTools();
    deepStrictEqual(
      listed.tools.map(({ name }) => name).toSorted(),
      tools.map(({ name }) => name).toSorted(),
    );
    const { structuredContent } = await client.callTool({
      name: 'get_weather',
      arguments: { city: 'berlin' },
    });
    deepStrictEqual(structuredContent.city, 'Berlin');
    const { contents } = await client.readResource({ uri: 'skill://replace-order/SKILL.md' });
    match(contents[0].text, /^---\nname: replace-order/);
  });
}
