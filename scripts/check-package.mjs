// Judges the packed library as a registry would serve it. Run `npm run build:lib` first.
import { deepStrictEqual, ok } from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Checks } from './checks.mjs';
import { packLibrary } from './pack-lib.mjs';
import { installedCost, loadRatios } from './package-cost.mjs';

const manifest = JSON.parse(readFileSync(new URL('../libs/mcp/package.json', import.meta.url)));
const folder = mkdtempSync(join(tmpdir(), 'nestjs-mcp-package-'));
const checks = new Checks();
const MB = 1_000_000;

try {
  const { tarball, files, size, unpackedSize } = packLibrary(folder);

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
      /^(dist\/.+\.(c?js|d\.c?ts)|dist\/inspector\/[a-z]+\.(css|html)|dist\/cjs\/package\.json|dist\/schematics\/[a-z-]+\.json|package\.json|README\.md|LICENSE)$/;
    deepStrictEqual(
      files.filter((path) => !wanted.test(path) || /\.spec\./.test(path)),
      [],
    );
  });

  await checks.run('every class has its own name, which logs and errors show', () => {
    const builds = files.filter((path) => /^dist\/(esm|cjs)\/.+\.c?js$/.test(path));
    const renamed = builds.flatMap((path) => {
      const code = readFileSync(new URL(`../libs/mcp/${path}`, import.meta.url), 'utf8');
      const decorated = [...code.matchAll(/\blet (\w+) = class (\w+)/g)];
      return [
        ...(code.match(/\bclass \w+\$\d+/g) ?? []),
        ...decorated.filter(([, name, own]) => own !== name).map(([text]) => text),
      ];
    });
    deepStrictEqual(renamed, []);
  });

  await within('the tarball', size / MB, 1.4, 'MB');
  await within('the package, unpacked', unpackedSize / MB, 6, 'MB');
  await within('the package, unpacked', files.length, 1_100, 'files');
  const installed = installedCost(tarball, folder);
  await within('what is installed with its dependencies', installed.bytes / MB, 27, 'MB');
  await within('what is installed with its dependencies', installed.files, 5_300, 'files');
  const loaded = loadRatios();
  await within('loading it with Nest', loaded.time, 2, 'times as long as Nest alone');
  await within('Nest and it hold', loaded.heap, 1.7, 'times what Nest alone holds');

  await checks.run('publint finds nothing', () => inspected('publint', tarball, '--strict'));

  await checks.run('are the types wrong? No, under every kind of resolution', () =>
    inspected('attw', tarball, '--no-color'),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
checks.summarize();

/** Checks a cost against its bound, and prints both. */
function within(what, measured, bound, unit) {
  const figure = Math.round(measured * 100) / 100;
  return checks.run(`${what}: ${figure} ${unit}, at most ${bound}`, () => ok(measured <= bound));
}

async function inspected(tool, ...args) {
  const bin = fileURLToPath(new URL(`../node_modules/.bin/${tool}`, import.meta.url));
  try {
    await promisify(execFile)(process.execPath, [bin, ...args]);
  } catch (error) {
    throw new Error(`${error.stdout}${error.stderr}`.trim(), { cause: error });
  }
}
