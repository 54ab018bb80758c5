// Judges the packed library as a registry would serve it. Run `npm run build:lib` first.
import { deepStrictEqual } from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Checks } from './checks.mjs';
import { packLibrary } from './pack-lib.mjs';

const manifest = JSON.parse(readFileSync(new URL('../libs/mcp/package.json', import.meta.url)));
const folder = mkdtempSync(join(tmpdir(), 'nestjs-mcp-package-'));
const checks = new Checks();

try {
  const { tarball, files } = packLibrary(folder);

  await checks.run('the tarball holds the license, the readme and every door', () => {
    const doors = Object.values(manifest.exports).flatMap((door) =>
      typeof door === 'string'
        ? [door]
        : [...Object.values(door.import), ...Object.values(door.require)],
    );
    const expected = ['LICENSE', 'README.md', ...doors.map((path) => path.replace('./', ''))];
    deepStrictEqual(
      expected.filter((path) => !files.includes(path)),
      [],
    );
  });

  await checks.run('the tarball holds nothing but the build', () => {
    const wanted =
      /^(dist\/.+\.(c?js|c?js\.map|d\.c?ts)|dist\/inspector\/[a-z]+\.(css|html)|dist\/cjs\/package\.json|dist\/schematics\/[a-z-]+\.json|package\.json|README\.md|LICENSE)$/;
    deepStrictEqual(
      files.filter((path) => !wanted.test(path) || /\.spec\./.test(path)),
      [],
    );
  });

  await checks.run('publint finds nothing', () => installed('publint', tarball, '--strict'));

  await checks.run('are the types wrong? No, under every kind of resolution', () =>
    installed('attw', tarball, '--no-color'),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
checks.summarize();

async function installed(tool, ...args) {
  const bin = fileURLToPath(new URL(`../node_modules/.bin/${tool}`, import.meta.url));
  try {
    await promisify(execFile)(process.execPath, [bin, ...args]);
  } catch (error) {
    throw new Error(`${error.stdout}${error.stderr}`.trim(), { cause: error });
  }
}
