// Draws the folders of the library and what they import into docs/images/structure.svg. Needs Graphviz (`dot`, `tred`).
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cruise } from 'dependency-cruiser';

const root = 'libs/mcp/src/';
const file = 'docs/images/structure.svg';

const { output } = await cruise(
  [root],
  { includeOnly: `^${root}`, exclude: String.raw`spec\.ts$`, tsPreCompilationDeps: true },
  {},
  { tsConfig: { options: {} } },
);

/** The folder that a file lies in; files beside the folders are part of no picture. */
function folderOf(path) {
  const [folder, inside] = path.slice(root.length).split('/');
  return inside === undefined ? undefined : folder;
}

const byName = (one, other) => one.localeCompare(other);
const folders = new Set();
const imports = new Set();
for (const { source, dependencies } of output.modules) {
  const from = folderOf(source);
  if (from === undefined) continue;
  folders.add(from);
  for (const { resolved } of dependencies) {
    const to = folderOf(resolved);
    if (to !== undefined && to !== from) imports.add(`"${from}" -> "${to}"`);
  }
}

const graph = `digraph folders {
  nodesep=0.25; ranksep=0.4; bgcolor=white;
  node [shape=box, style="rounded,filled", fillcolor="#eef4ff", color="#5b7db1", fontname=Helvetica, fontsize=12, margin="0.12,0.06"];
  edge [color="#8a9bb5", arrowsize=0.6];
  ${[...folders].toSorted(byName).join('; ')};
  ${[...imports].toSorted(byName).join('; ')};
}`;

// What is imported by way of another folder as well needs no arrow of its own.
const reduced = run('tred', [], graph);
writeFileSync(file, run('dot', ['-Tsvg'], reduced));
console.log(`${file}: ${folders.size} folders, ${imports.size} imports between them`);

function run(command, args, input) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { input, encoding: 'utf8' });
  if (status === 0) return stdout;
  throw new Error(`${command}: ${error?.message ?? stderr}. Install Graphviz.`);
}
