import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ProcessFigures, ServerSettings } from './servers/child.js';

const OUTPUT_TIMEOUT = 60_000;
const children = new Set<ChildProcess>();

process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

/** A server in a process of its own, and what it says of itself. */
export class ServerProcess {
  private constructor(
    private readonly child: ChildProcess,
    /** Where it listens. */
    readonly port: number,
    /** What it said when it was ready. */
    readonly atStart: ProcessFigures,
  ) {}

  /** Starts `servers/<file>.js`. Rejects when it ends, or says nothing for a minute. */
  static async start(file: string, settings: Partial<ServerSettings>): Promise<ServerProcess> {
    const child = spawn(file, settings);
    const first = (await answer(child, file)) as ProcessFigures & { port: number };
    return new ServerProcess(child, first.port, first);
  }

  /** CPU time and memory so far. */
  figures(): Promise<ProcessFigures> {
    return this.ask('figures');
  }

  /** The same, after everything collectable has been collected. */
  settled(): Promise<ProcessFigures> {
    return this.ask('settle');
  }

  /** Ends the process, and waits for its end. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    // It ends by itself then, and writes its profile if it keeps one.
    this.child.disconnect();
    const late = setTimeout(() => this.child.kill('SIGKILL'), 10_000);
    await gone;
    clearTimeout(late);
  }

  /** Kills the process, and waits for its end. */
  async kill(): Promise<void> {
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }

  private async ask(question: string): Promise<ProcessFigures> {
    const answered = answer(this.child, question);
    this.child.send(question);
    return (await answered) as ProcessFigures;
  }
}

/** Runs `servers/<file>.js` to its end, and returns the one result it has. */
export async function runOnce(file: string, settings: Partial<ServerSettings>): Promise<object> {
  return answer(spawn(file, settings), file);
}

function spawn(file: string, settings: Partial<ServerSettings>): ChildProcess {
  const complete: ServerSettings = {
    tools: 50,
    templates: 0,
    way: 'session',
    json: false,
    schemas: 'shared',
    beside: false,
    adapter: 'express',
    guarded: true,
    filtered: false,
    large: false,
    resources: 0,
    redis: '',
    command: [],
    ...settings,
  };
  const child = fork(
    fileURLToPath(new URL(`servers/${file}.js`, import.meta.url)),
    [JSON.stringify(complete)],
    {
      env: { PATH: process.env['PATH'], NODE_ENV: 'production' },
      execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning', ...profiling(file)],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    },
  );
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

function profiling(file: string): string[] {
  const folder = process.env['BENCH_PROFILE'];
  return folder
    ? ['--cpu-prof', `--cpu-prof-dir=${folder}`, `--cpu-prof-name=${file}-${Date.now()}.cpuprofile`]
    : [];
}

async function answer(child: ChildProcess, what: string): Promise<object> {
  const signal = AbortSignal.timeout(OUTPUT_TIMEOUT);
  const ended = new AbortController();
  const result = await Promise.race([
    once(child, 'message', { signal: AbortSignal.any([signal, ended.signal]) }),
    once(child, 'exit', { signal: ended.signal }).then(([code, killed]) => {
      throw new Error(`${what}: the server ended (${String(killed ?? code)})`);
    }),
  ]);
  ended.abort();
  return result[0] as object;
}
