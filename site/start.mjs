// Builds the site, or serves it while pages are edited: npm run site, npm run site:build
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const [command = 'dev', ...rest] = process.argv.slice(2);

function run(program, args) {
  const { status } = spawnSync(program, args, { cwd: here, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

// What builds the site is none of the workspace's business: only who builds it installs it.
if (!existsSync(`${here}node_modules`)) run('npm', ['ci', '--no-audit', '--no-fund']);
rmSync(`${here}api`, { recursive: true, force: true });
run(process.execPath, ['node_modules/typedoc/bin/typedoc', '--logLevel', 'Warn']);
run(process.execPath, ['node_modules/vitepress/bin/vitepress.js', command, ...rest]);
if (command === 'build') run(process.execPath, ['check.mjs']);
