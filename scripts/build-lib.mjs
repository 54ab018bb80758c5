// Builds the library (as ES modules and as CommonJS, with types), bundles its command line, schematics and the inspector's page, and puts beside it what the published package shows.
import { spawnSync } from 'node:child_process';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { buildInspector } from './build-inspector.mjs';
import { bundleCli } from './bundle-cli.mjs';
import { bundleLibrary } from './bundle-lib.mjs';
import { bundleSchematics } from './bundle-schematics.mjs';

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const root = new URL('../', import.meta.url);
const lib = new URL('libs/mcp/', root);

rmSync(new URL('dist', lib), { recursive: true, force: true });
const project = fileURLToPath(new URL('tsconfig.build.json', lib));
const { status } = spawnSync(process.execPath, [tsc, '-p', project], { stdio: 'inherit' });
if (status !== 0) process.exit(1);
const [esm, cjs] = ['esm', 'cjs'].map((format) => fileURLToPath(new URL(`dist/${format}`, lib)));
await bundleLibrary(esm, cjs);
writeFileSync(new URL('dist/cjs/package.json', lib), '{ "type": "commonjs" }\n');
await bundleCli(fileURLToPath(new URL('dist/cli/nestjs-mcp.js', lib)));
await bundleSchematics(fileURLToPath(new URL('dist/schematics', lib)));
await buildInspector();
for (const file of ['README.md', 'LICENSE']) {
  cpSync(new URL(file, root), new URL(file, lib));
}
