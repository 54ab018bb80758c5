import { spawn } from 'node:child_process';
import { once } from 'node:events';

const bootTimeout = 60_000;
const stopTimeout = 10_000;

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
  const exited = once(child, 'exit');
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
      const gone = await Promise.race([
        exited.then(() => true),
        new Promise((resolve) => setTimeout(resolve, stopTimeout, false).unref()),
      ]);
      const orphans = killGroup(child.pid);
      if (!gone) throw new Error(`did not stop within ${stopTimeout} ms of SIGTERM:\n${output}`);
      if (orphans) throw new Error(`left a process behind after SIGTERM:\n${output}`);
    },
  };
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
