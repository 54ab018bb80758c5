// Packages that only scripts need, and a newer Node to run them: kept beside the project's own dependencies.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runToEnd } from './bounded-program.mjs';

const cache = fileURLToPath(new URL('../node_modules/.cache/tools-aside', import.meta.url));
const neededNode = [22, 19];
const installTimeout = 300_000;

/** Installs one version of a package, once; gives the package's own directory. */
export async function installAside(name, version) {
  const directory = await installTogether(`${name.replaceAll('/', '-')}-${version}`, {
    [name]: version,
  });
  return join(directory, 'node_modules', name);
}

/** Installs packages by their versions into a folder of their own, once; gives the folder. */
export async function installTogether(label, packages) {
  const directory = join(cache, label);
  const mark = join(directory, 'installed');
  const wanted = JSON.stringify(packages);
  if (!existsSync(mark) || readFileSync(mark, 'utf8') !== wanted) {
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'package.json'), '{ "private": true }\n');
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    const names = Object.entries(packages).map(([name, version]) => `${name}@${version}`);
    await runToEnd('npm', ['install', ...flags, ...names], {
      cwd: directory,
      timeout: installTimeout,
    });
    writeFileSync(mark, wanted);
  }
  return directory;
}

/** A Node that is new enough for these packages (22.19): this one, or one that comes as a package. */
export async function nodeAside() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [neededMajor, neededMinor] = neededNode;
  if (major > neededMajor || (major === neededMajor && minor >= neededMinor)) {
    return process.execPath;
  }
  return await nodeOf(neededMajor);
}

/** The newest Node of a major version, as npm has it; gives the path of its binary. */
export async function nodeOf(major) {
  const name = `node-${process.platform}-${process.arch}`;
  return join(await installAside(name, String(major)), 'bin/node');
}
