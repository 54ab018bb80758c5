import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cleanEnvironment, killGroup } from './server-process.mjs';

/**
 * Runs a program to its end, in a process group of its own, and gives what it printed. Rejects when it fails, takes
 * longer than `timeout` ms, or leaves a process of the group behind; that one is killed, and `mayLeave` forgives it.
 */
export async function runToEnd(command, args, { cwd, env, timeout, mayLeave = false }) {
  const child = spawn(command, args, {
    cwd,
    env: cleanEnvironment(env),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kill = () => killGroup(child.pid);
  process.once('exit', kill);
  const late = AbortSignal.timeout(timeout);
  late.addEventListener('abort', kill);
  const streams = [child.stdout, child.stderr];
  const printed = ['', ''];
  streams.forEach((stream, index) => {
    stream.setEncoding('utf8').on('data', (chunk) => {
      printed[index] += chunk;
    });
  });
  const closed = streams.map((stream) =>
    once(stream, 'close', { signal: late }).catch(() => stream.destroy()),
  );
  try {
    const [code, signal] = await once(child, 'exit');
    const left = kill();
    await Promise.all(closed);
    const fault =
      (late.aborted && `was not done after ${timeout} ms`) ||
      (code !== 0 && `stopped (${signal ?? code})`) ||
      (left && !mayLeave && 'left a process behind');
    if (fault) throw new Error(`${command} ${fault}:\n${printed.join('')}`);
    return printed[0];
  } finally {
    late.removeEventListener('abort', kill);
    process.off('exit', kill);
  }
}
