import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { cleanEnvironment } from './server-process.mjs';

/** Runs a command of an application that knows nothing of this workspace. Rejects with everything that it printed. */
export async function run(command, args, cwd, extra = {}) {
  try {
    return await promisify(execFile)(command, args, { cwd, env: cleanEnvironment(extra) });
  } catch (error) {
    throw new Error(`${error.message}\n${error.stdout}${error.stderr}`, { cause: error });
  }
}
