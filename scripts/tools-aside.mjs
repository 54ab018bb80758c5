// Packages that only scripts need, and a newer Node to run them: kept beside the project's own dependencies.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runToEnd } from './bounded-program.mjs';

const cache = fileURLToPath(new URL('../node_modules/.cache/tools-aside', import.meta.url));
const neededNode = [22, 19];
const installTimeout = 300_000;

/** Installs one version of a package, once; gives the package's own directory. */
export async function installAside(name, version) {
  const directory = join(cache, `${name.replaceAll('/', '-')}-${version}`);
  const mark = join(directory, 'installed');
  if (!existsSync(mark)) {
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'package.json'), '{ "private": true }\n');
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    await runToEnd('npm', ['install', ...flags, `${name}@${version}`], {
      cwd: directory,
      timeout: installTimeout,
    });
    writeFileSync(mark, '');
  }
  return join(directory, 'node_modules', name);
}

/** A Node that is new enough for these packages (22.19): this one, or one that comes as a package. */
export async function nodeAside() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [neededMajor, neededMinor] = neededNode;
  if (major > neededMajor || (major === neededMajor && minor >= neededMinor)) {
    return process.execPath;
  }
  const name = `node-${process.platform}-${process.arch}`;
  return join(await installAside(name, String(neededMajor)), 'bin/node');
}
