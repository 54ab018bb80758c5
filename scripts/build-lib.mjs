import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const lib = new URL('../libs/mcp/', import.meta.url);
rmSync(new URL('dist', lib), { recursive: true, force: true });
for (const format of ['esm', 'cjs']) {
  const project = fileURLToPath(new URL(`tsconfig.${format}.json`, lib));
  execFileSync(process.execPath, [tsc, '-p', project], { stdio: 'inherit' });
}
writeFileSync(new URL('dist/cjs/package.json', lib), '{ "type": "commonjs" }\n');
