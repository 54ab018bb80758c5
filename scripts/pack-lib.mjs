import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const lib = fileURLToPath(new URL('../libs/mcp', import.meta.url));

/** Packs the built library into `folder`, as `npm publish` would. */
export function packLibrary(folder) {
  const report = execFileSync('npm', ['pack', lib, '--json', '--pack-destination', folder], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [{ filename, files, size, unpackedSize }] = JSON.parse(report);
  return {
    tarball: join(folder, filename),
    files: files.map(({ path }) => path),
    size,
    unpackedSize,
  };
}
