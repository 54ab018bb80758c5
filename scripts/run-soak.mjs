// npm run soak: one process that is visited and abused; npm run soak -- --scale: several that share a Redis.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const names = process.argv.includes('--scale') ? ['soak-scale'] : ['soak', 'soak-abuse'];
for (const name of names) {
  const script = fileURLToPath(new URL(`${name}.mjs`, import.meta.url));
  const { status } = spawnSync(process.execPath, [script], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
