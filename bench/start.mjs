// Builds the library and the benchmark as they are, and runs it: npm run bench [-- --node 24] [--quick | --soak] [--only calls,lists]
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { bundleLibrary } from '../scripts/bundle-lib.mjs';
import { nodeOf } from '../scripts/tools-aside.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const args = process.argv.slice(2);
const asked = args.indexOf('--node');
const [, major = '24'] = asked === -1 ? [] : args.splice(asked, 2);

function run(command, args, cwd = here) {
  const { status } = spawnSync(command, args, { cwd, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

// The peers are none of the workspace's business: only who benchmarks installs them.
if (!existsSync(`${here}node_modules`)) run('npm', ['ci', '--no-audit', '--no-fund']);
// Beside the peers, so that the library finds the same Nest and the same SDK as they do.
// As single modules too, of which the benchmark measures one by itself.
for (const folder of ['modules', 'lib']) {
  rmSync(`${here}build/${folder}`, { recursive: true, force: true });
}
run(process.execPath, [tsc, '-p', '../libs/mcp/tsconfig.build.json', '--outDir', 'build/modules']);
cpSync(`${here}build/modules`, `${here}build/lib`, { recursive: true });
await bundleLibrary(`${here}build/lib`);
run(process.execPath, [tsc, '-p', '.']);
run(await nodeOf(major), ['dist/run.js', ...args]);
