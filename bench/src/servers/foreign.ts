import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { announce, settings, type ProcessFigures } from './child.js';

const [command = '', ...args] = settings.command;
const peer = spawn(command, [...args, settings.way], { stdio: ['ignore', 'pipe', 'inherit'] });
process.once('exit', () => peer.kill('SIGKILL'));
peer.once('exit', (code) => process.exit(code ?? 1));

createInterface(peer.stdout).once('line', (line) => announce(Number(line), figures));

/** What Linux says of a process that is no Node: it has no heap of ours. */
function figures(): ProcessFigures {
  const proc = `/proc/${peer.pid}`;
  let nanoseconds = 0;
  for (const thread of readdirSync(`${proc}/task`)) {
    nanoseconds += Number(readFileSync(`${proc}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
  }
  const [, kib = 'NaN'] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`${proc}/status`, 'utf8')) ?? [];
  return {
    cpu: nanoseconds / 1_000,
    heap: Number.NaN,
    rss: Number(kib) * 1_024,
    upMs: performance.now(),
  };
}
