import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

const outputTimeout = 60_000;
const stopTimeout = 10_000;

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

/** The environment of a child that is to know nothing of this workspace. */
export function cleanEnvironment(extra = {}) {
  const {
    NODE_OPTIONS: _options,
    npm_config_node_options: _npmOptions,
    ...environment
  } = process.env;
  return { ...environment, ...extra };
}

/** Starts a server in a process group of its own; see `until` for when it is ready. */
export function startServer(command, args, { cwd, env }) {
  const child = spawn(command, args, {
    cwd,
    env: cleanEnvironment(env),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  process.once('exit', () => killGroup(child.pid));

  const news = new EventEmitter();
  let output = '';
  let ended;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk) => {
      output += chunk;
      news.emit('news');
    });
  }
  const end = (reason) => {
    ended = reason;
    news.emit('news');
  };
  child.once('error', (error) => end(error.message));
  child.once('exit', (code, signal) => end(`it stopped (${signal ?? code})`));

  return {
    /** Resolves with the match as soon as the output, from its beginning, matches. */
    async until(pattern) {
      const signal = AbortSignal.timeout(outputTimeout);
      for (;;) {
        const match = pattern.exec(output);
        if (match !== null) return match;
        if (ended !== undefined || signal.aborted) {
          killGroup(child.pid);
          throw new Error(`waited for ${pattern}, but ${ended ?? 'it never came'}:\n${output}`);
        }
        await once(news, 'news', { signal }).catch(() => undefined);
      }
    },
    /** Sends SIGTERM to the started process alone, as an init system does; rejects when anything is left over. */
    async stop() {
      if (ended === undefined) child.kill('SIGTERM');
      const deadline = Date.now() + stopTimeout;
      while (groupLives(child.pid) && Date.now() < deadline) await delay(20);
      if (killGroup(child.pid)) {
        throw new Error(`was not gone ${stopTimeout} ms after SIGTERM:\n${output}`);
      }
    },
  };
}

function groupLives(group) {
  try {
    return process.kill(-group, 0);
  } catch {
    return false;
  }
}

/** Ends a process group; whether there was anything left to kill. */
export function killGroup(group) {
  try {
    return process.kill(-group, 'SIGKILL');
  } catch {
    return false;
  }
}
