// Five applications in the shapes of public ones, built and installed in every common way: each route is called over REST and as a
// tool, with the same inputs by the same callers, and must accept, answer, refuse and change the same. Prints one table.
// Run `npm run build:lib` first. `-- --quick` builds a few of the ways, so that each one of them occurs.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, install, installPnpm } from './adoption/install.mjs';
import { compareCalls } from './adoption/compare.mjs';
import { Checks } from './checks.mjs';
import { packLibrary } from './pack-lib.mjs';
import { cleanEnvironment } from './server-process.mjs';

const everything = ['ts CommonJS', 'ts ESM', 'swc CommonJS', 'swc ESM', 'webpack'];
const ways = process.argv.includes('--quick')
  ? [
      { nest: 11, manager: 'npm', builds: ['ts CommonJS', 'webpack'] },
      { nest: 12, manager: 'pnpm', builds: ['swc ESM'] },
    ]
  : [11, 12].flatMap((nest) =>
      ['npm', 'pnpm'].map((manager) => ({ nest, manager, builds: everything })),
    );

const scratch = mkdtempSync(join(tmpdir(), 'nestjs-mcp-adoption-'));
const checks = new Checks();
const table = [];

try {
  const { tarball } = packLibrary(scratch);
  const pnpm = await installPnpm(scratch);
  for (const { nest, manager, builds } of ways) {
    const where = `Nest ${nest}, ${manager}`;
    const folder = await checks.run(`${where}: the packages install`, () =>
      install({ scratch, nest, manager, pnpm, tarball }),
    );
    if (folder === undefined) continue;
    for (const way of builds) {
      const program = await checks.run(`${where}, ${way}: the applications build`, () =>
        build(folder, way),
      );
      if (program !== undefined) await compare(`${where}, ${way}`, program);
    }
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
printTable();
checks.summarize();

/** Runs the applications of one build, and calls all routes of each. */
async function compare(title, program) {
  const child = fork(program, {
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  }
  const row = { title };
  table.push(row);
  try {
    const places = await checks.run(`${title}: the applications boot`, async () => {
      const [started] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
      if (typeof started !== 'object' || started === null) throw new Error(`it ended:\n${output}`);
      return started;
    });
    const effects = async () => {
      child.send('effects');
      const [found] = await once(child, 'message');
      return found;
    };
    for (const [name, place] of Object.entries(places ?? {})) {
      row[name] = await checks.run(`${title}, ${name}: tools do what their routes do`, () =>
        compareCalls(name.split(' ')[0], place, effects),
      );
    }
  } finally {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    }
  }
}

function printTable() {
  const columns = [...new Set(table.flatMap((row) => Object.keys(row)))];
  const head = columns.map((column) => (column === 'title' ? 'calls that agree' : column));
  const rows = table.map((row) => columns.map((column) => row[column] ?? '–'));
  for (const cells of [head, columns.map(() => '---'), ...rows]) {
    console.log(`| ${cells.join(' | ')} |`);
  }
}
