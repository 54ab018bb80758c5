import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundleCli } from '../../scripts/bundle-cli.mjs';

/** What a run of the program has written, and its exit status. */
export interface Run {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** The bundled program, as a user of the package has it. */
export interface Program {
  /** Runs it in an empty folder of this test. */
  run(args: readonly string[], environment?: Record<string, string>): Promise<Run>;
  /** The folder in which it runs. */
  folder: string;
  remove(): void;
}

/** Bundles the command line into a folder of its own, below the project: it finds the SDK there. */
export async function bundledProgram(): Promise<Program> {
  mkdirSync('node_modules/.cache', { recursive: true });
  const root = mkdtempSync(join(process.cwd(), 'node_modules/.cache/cli-'));
  const file = join(root, 'nestjs-mcp.mjs');
  const folder = join(root, 'project');
  mkdirSync(folder);
  await bundleCli(file);
  return {
    folder,
    run: (args, environment = {}) => runNode([file, ...args], folder, environment),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

async function runNode(
  args: readonly string[],
  cwd: string,
  environment: Record<string, string>,
): Promise<Run> {
  const env = { ...process.env, HOME: cwd, NODE_OPTIONS: '', NO_COLOR: '1', ...environment };
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const run: Run = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (run.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (run.stderr += chunk.toString()));
  run.code = await new Promise((resolve) => child.on('close', resolve));
  return run;
}
