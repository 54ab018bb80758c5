// Builds the inspector's page into libs/mcp/dist/inspector. With --if-needed only where it is missing or older than its sources.
import { cpSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../', import.meta.url));
const sources = `${root}libs/inspector`;
const folder = `${root}libs/mcp/dist/inspector`;

/** The form library mentions a validator of its own tests, which makes code from text: the page may not, and never asks for it. */
const withoutAjv = {
  name: 'without-ajv',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@rjsf\/validator-ajv8$/ }, ({ path }) => ({ path, namespace: 'none' }));
    onLoad({ filter: /.*/, namespace: 'none' }, () => ({ contents: 'export default undefined;' }));
  },
};

/** Builds the page, unless `ifNeeded` and what is there is newer than every source. */
export async function buildInspector({ ifNeeded = false } = {}) {
  if (ifNeeded && isFresh()) return;
  mkdirSync(folder, { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: [
      { in: `${sources}/main.tsx`, out: 'app' },
      { in: `${sources}/style.css`, out: 'app' },
    ],
    inject: [`${sources}/connection/no-made-code.ts`],
    outdir: folder,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: ['es2023', 'chrome123', 'firefox120', 'safari17.5'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    tsconfigRaw: '{}',
    alias: {
      react: 'preact/compat',
      'react-dom': 'preact/compat',
      'react/jsx-runtime': 'preact/jsx-runtime',
    },
    plugins: [withoutAjv],
    define: { 'process.env.NODE_ENV': '"production"' },
    legalComments: 'eof',
    logLevel: 'warning',
  });
  cpSync(`${sources}/frame.html`, `${folder}/frame.html`);
}

function isFresh() {
  if (!existsSync(`${folder}/frame.html`)) return false;
  const built = statSync(`${folder}/frame.html`).mtimeMs;
  return ['libs/inspector', 'libs/mcp/src/clients', 'libs/mcp/src/inspector']
    .flatMap((one) =>
      readdirSync(root + one, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => statSync(`${entry.parentPath ?? entry.path}/${entry.name}`).mtimeMs),
    )
    .every((changed) => changed < built);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildInspector({ ifNeeded: process.argv.includes('--if-needed') });
}
