// What the package costs who installs and loads it.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const host = ['reflect-metadata', '@nestjs/common', '@nestjs/core'];

/** Installs the tarball into a new folder with its own dependencies and no peers: packages, files and bytes. */
export function installedCost(tarball, folder) {
  const app = join(folder, 'installed');
  mkdirSync(app);
  writeFileSync(join(app, 'package.json'), '{ "private": true }\n');
  execFileSync(
    'npm',
    ['install', tarball, '--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund'],
    { cwd: app, stdio: 'ignore' },
  );
  const files = readdirSync(join(app, 'node_modules'), { recursive: true })
    .map((file) => join(app, 'node_modules', file))
    .filter((file) => statSync(file).isFile());
  return { files: files.length, bytes: files.reduce((sum, file) => sum + statSync(file).size, 0) };
}

/**
 * How much longer Nest and the package load than Nest alone, and how much more they hold: the medians of several pairs of processes,
 * taken in turn, because the clock of a shared machine only tells a ratio.
 */
export function loadRatios(rounds = 9) {
  const pairs = Array.from({ length: rounds }, () => [
    load(host),
    load([...host, './libs/mcp/dist/esm/index.js']),
  ]);
  return {
    time: median(pairs.map(([alone, both]) => both.time / alone.time)),
    heap: median(pairs.map(([alone, both]) => both.heap / alone.heap)),
  };
}

function load(modules) {
  const code = `
    const start = performance.now();
    for (const name of ${JSON.stringify(modules)}) await import(name);
    const time = performance.now() - start;
    gc();
    process.stdout.write(JSON.stringify({ time, heap: process.memoryUsage().heapUsed }));
  `;
  const args = ['--expose-gc', '--input-type=module', '--eval', code];
  return JSON.parse(execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' }));
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
