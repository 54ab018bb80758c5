// The schematics in one CommonJS file, as Angular's runner requires them: their parsers are bundled.
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const sources = fileURLToPath(new URL('../libs/mcp/schematics', import.meta.url));

/** Writes the collection to `folder`. */
export async function bundleSchematics(folder) {
  mkdirSync(folder, { recursive: true });
  await build({
    entryPoints: [join(sources, 'main.ts')],
    outfile: join(folder, 'schematics.js'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20.19',
    mainFields: ['module', 'main'],
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'inline',
  });
  for (const file of ['collection.json', 'nest-add.json', 'primitive.json']) {
    cpSync(join(sources, file), join(folder, file));
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
}
