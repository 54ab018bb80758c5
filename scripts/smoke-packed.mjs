// Installs the packed library, as a user would, into fresh Nest 12 and Nest 11 apps, and calls their tools.
// Run `npm run build:lib` first.
import { deepStrictEqual, match } from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Checks } from './checks.mjs';
import { httpTransports, withClient } from './mcp-client.mjs';
import { packLibrary } from './pack-lib.mjs';
import { cleanEnvironment, startServer } from './server-process.mjs';

const sources = fileURLToPath(new URL('../test/smoke', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'nestjs-mcp-smoke-'));
const checks = new Checks();

try {
  const { tarball } = packLibrary(scratch);
  const node24 = await checks.run('Node 24 is installed', () => installNode(24));

  await checks.run('the main door opens where no optional peer is installed', async () => {
    const folder = await createApp('bare', tarball);
    await run(process.execPath, ['app/doors.mjs', '.'], folder);
  });
  const nest12 = await checkApp('Nest 12, ES modules', 'nest-12', tarball);
  const nest11 = await checkApp('Nest 11, CommonJS', 'nest-11', tarball);
  if (nest12) await checkCalls('Nest 12, ES modules', nest12, process.execPath);
  if (nest11) await checkCalls('Nest 11, CommonJS', nest11, process.execPath);
  if (nest12 && node24) await checkCalls('Nest 12 on Node 24', nest12, node24);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
checks.summarize();

async function installNode(major) {
  const folder = join(scratch, `node-${major}`);
  const name = `node-${process.platform}-${process.arch}`;
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  await npmInstall(folder, `${name}@${major}`);
  const binary = join(folder, 'node_modules', name, 'bin', 'node');
  const { stdout } = await run(binary, ['--version'], folder);
  match(stdout, new RegExp(`^v${major}\\.`));
  return binary;
}

async function createApp(name, tarball) {
  const folder = join(scratch, name);
  cpSync(join(sources, name), folder, { recursive: true });
  cpSync(join(sources, 'app'), join(folder, 'app'), { recursive: true });
  await npmInstall(folder, tarball);
  return folder;
}

/** The folder of the built app, or `undefined` when a check failed. */
async function checkApp(title, name, tarball) {
  const folder = await checks.run(`${title}: the tarball installs`, () => createApp(name, tarball));
  if (folder === undefined) return undefined;
  await checks.run(`${title}: every door opens, by import and by require`, () =>
    run(process.execPath, ['app/doors.mjs'], folder),
  );
  return await checks.run(`${title}: the app type-checks and builds`, async () => {
    await run(join(folder, 'node_modules/.bin/tsc'), [], folder);
    return folder;
  });
}

async function checkCalls(title, folder, node) {
  const server = startServer(node, ['dist/main.js'], { cwd: folder });
  const origin = await checks.run(`${title}: the app boots`, async () => {
    const [, url] = await server.until(/listening on (http:\S+)/);
    return url;
  });
  if (origin === undefined) return;
  for (const [way, transport] of Object.entries(httpTransports)) {
    await checks.run(`${title}: the SDK's client lists and calls over ${way}`, () =>
      withClient(transport(origin), listAndCall),
    );
  }
  await checks.run(`${title}: the app stops on SIGTERM`, () => server.stop());
}

async function listAndCall(client) {
  const { tools } = await client.listTools();
  deepStrictEqual(tools.map(({ name }) => name).toSorted(), ['query_product', 'stock_of']);
  const { inputSchema } = tools.find(({ name }) => name === 'query_product');
  deepStrictEqual(
    [Object.keys(inputSchema.properties), inputSchema.required],
    [['sku', 'limit'], ['sku']],
  );

  const found = await client.callTool({ name: 'query_product', arguments: { sku: 'A-1' } });
  deepStrictEqual(JSON.parse(found.content[0].text), [{ sku: 'A-1', stock: 3 }]);
  const stock = await client.callTool({ name: 'stock_of', arguments: { sku: 'B-2' } });
  deepStrictEqual(stock.content, [{ type: 'text', text: 'B-2: 0' }]);
  const refused = await client.callTool({
    name: 'query_product',
    arguments: { sku: 'A-1', limit: 0 },
  });
  deepStrictEqual(refused.isError, true);
  match(refused.content[0].text, /limit/);
}

function npmInstall(folder, ...packages) {
  return run(
    'npm',
    ['install', '--no-audit', '--no-fund', '--no-package-lock', ...packages],
    folder,
  );
}

async function run(command, args, cwd) {
  try {
    return await promisify(execFile)(command, args, { cwd, env: cleanEnvironment() });
  } catch (error) {
    throw new Error(`${error.message}\n${error.stdout}${error.stderr}`, { cause: error });
  }
}
