import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

const bootTimeout = 60_000;
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

/** Starts a server in a process group of its own and resolves as soon as its output matches `ready`. */
export async function startServer(command, args, { cwd, env, ready }) {
  const child = spawn(command, args, {
    cwd,
    env: cleanEnvironment(env),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  process.once('exit', () => killGroup(child.pid));
  let output = '';
  const match = await new Promise((resolve, reject) => {
    const fail = (reason) => {
      killGroup(child.pid);
      reject(new Error(`${command} ${args.join(' ')} ${reason}:\n${output}`));
    };
    const timer = setTimeout(fail, bootTimeout, `was not ready within ${bootTimeout} ms`);
    const settle = (run) => (value) => {
      clearTimeout(timer);
      run(value);
    };
    const read = (chunk) => {
      output += chunk;
      const found = ready.exec(output);
      if (found !== null) settle(resolve)(found);
    };
    child.stdout.setEncoding('utf8').on('data', read);
    child.stderr.setEncoding('utf8').on('data', read);
    child.once('error', settle(reject));
    child.once(
      'exit',
      settle(() => fail('stopped before it was ready')),
    );
  });

  return {
    match,
    output: () => output,
    /** Sends SIGTERM to the started process alone, as an init system does; rejects when anything is left over. */
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      const deadline = Date.now() + stopTimeout;
      while (groupLives(child.pid) && Date.now() < deadline) await delay(20);
      if (killGroup(child.pid)) {
        throw new Error(`was not gone ${stopTimeout} ms after SIGTERM:\n${output}`);
      }
    },
  };
}

function groupLives(pid) {
  try {
    return process.kill(-pid, 0);
  } catch {
    return false;
  }
}

/** Whether there was anything left to kill. */
function killGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}
