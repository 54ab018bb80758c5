// Runs the tests on another Node: `npm run test:node -- 24`, and what follows goes to Jest: `npm run test:node -- 24 test/stdio`.
// It is the first Node of the path, so that the programs that the stories start run on it as well.
import { spawnSync } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { nodeOf } from './tools-aside.mjs';

const [major, ...rest] = process.argv.slice(2);
if (!/^\d+$/.test(major ?? '')) {
  console.error('Say which Node: npm run test:node -- <20|22|24|26> [what Jest takes]');
  process.exit(2);
}
const path = [dirname(await nodeOf(major)), process.env.PATH].join(delimiter);
const { status } = spawnSync('npm', ['test', '--', ...rest], {
  env: { ...process.env, PATH: path },
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
