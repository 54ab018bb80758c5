// Installs the packed library, as a user would, into fresh Nest 12 and Nest 11 apps, and calls their tools.
// Run `npm run build:lib` first.
import { deepStrictEqual, match } from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Checks } from './checks.mjs';
import { httpTransports, withClient } from './mcp-client.mjs';
import { packLibrary } from './pack-lib.mjs';
import { run } from './run-command.mjs';
import { startServer } from './server-process.mjs';
import { nodeOf } from './tools-aside.mjs';

const sources = fileURLToPath(new URL('../test/smoke', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'nestjs-mcp-smoke-'));
const checks = new Checks();

const jest = ['node_modules/jest/bin/jest.js', '--config', 'runners/jest.config.mjs'];
/** What a runner needs beside Nest, and how it is started. */
const runners = {
  'Jest, CommonJS': { packages: ['jest@^30', 'ts-jest@^29'], command: jest },
  'Jest, ES modules': {
    packages: ['jest@^30', 'ts-jest@^29'],
    command: ['--experimental-vm-modules', ...jest],
  },
  Vitest: {
    packages: ['vitest@^4', 'unplugin-swc@^1', '@swc/core@^1'],
    command: ['node_modules/vitest/vitest.mjs', 'run', '--config', 'runners/vitest.config.mjs'],
  },
  'node:test': { packages: [], command: ['--test', 'tested/runners/node.test.js'] },
};

try {
  const { tarball } = packLibrary(scratch);

  await checks.run('the main door opens where no optional peer is installed', async () => {
    const folder = await createApp('bare', tarball);
    await run(process.execPath, ['app/doors.mjs', '.'], folder);
  });
  const nest12 = await checkApp('Nest 12, ES modules', 'nest-12', tarball);
  const nest11 = await checkApp('Nest 11, CommonJS', 'nest-11', tarball);
  if (nest12) await checkCalls('Nest 12, ES modules', nest12, process.execPath);
  if (nest11) await checkCalls('Nest 11, CommonJS', nest11, process.execPath);
  for (const major of [22, 24, 26]) {
    const node = await checks.run(`Node ${major} is installed`, () => installNode(major));
    if (nest12 && node) await checkCalls(`Nest 12 on Node ${major}`, nest12, node);
  }
  if (nest11) await checkRunners('Nest 11, CommonJS', nest11, ['Jest, CommonJS']);
  if (nest12)
    await checkRunners('Nest 12, ES modules', nest12, ['Jest, ES modules', 'Vitest', 'node:test']);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
checks.summarize();

async function installNode(major) {
  const binary = await nodeOf(major);
  const { stdout } = await run(binary, ['--version'], scratch);
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

/** Tests that use the test kit of the installed package pass under the runners that people use. */
async function checkRunners(title, folder, names) {
  const isReady = await checks.run(`${title}: test runners install`, async () => {
    cpSync(join(sources, 'runners'), join(folder, 'runners'), { recursive: true });
    const { version } = createRequire(join(folder, 'package.json'))('@nestjs/core/package.json');
    const packages = names.flatMap((name) => runners[name].packages);
    await npmInstall(folder, `@nestjs/testing@^${version.split('.')[0]}`, ...packages);
    return true;
  });
  if (!isReady) return;
  for (const name of names) {
    await checks.run(`${title}: tests with nestjs-mcp/testing pass under ${name}`, async () => {
      const tsc = join(folder, 'node_modules/.bin/tsc');
      if (name === 'node:test') await run(tsc, ['-p', 'runners/tsconfig.tests.json'], folder);
      await run(process.execPath, runners[name].command, folder);
    });
  }
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
