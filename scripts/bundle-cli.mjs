// The command line in one file: its parsers are bundled, the MCP SDK is a dependency of the package.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const entry = fileURLToPath(new URL('../libs/mcp/cli/main.ts', import.meta.url));

/** Writes the program to `outfile`. */
export async function bundleCli(outfile) {
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    mainFields: ['module', 'main'],
    external: ['@modelcontextprotocol/sdk'],
    banner: {
      js: [
        '#!/usr/bin/env node',
        "import { createRequire } from 'node:module';",
        'const require = createRequire(import.meta.url);',
      ].join('\n'),
    },
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'inline',
  });
}
