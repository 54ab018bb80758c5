import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const isInstalled = spawnSync('redis-server', ['--version']).status === 0;

if (!isInstalled) {
  process.stderr.write(
    'The stories of several processes are skipped: there is no Redis. Install the package `redis-server`.\n',
  );
}

/** `describe` for tests that need a Redis. */
export const describeWithRedis = isInstalled ? describe : describe.skip;

/** A Redis for one test, on a free port and in an empty directory, which is removed with it. */
export class TestRedis {
  private child: ChildProcess | undefined;
  private readonly folder = mkdtempSync(join(tmpdir(), 'nestjs-mcp-redis-'));

  private constructor(private readonly port: number) {}

  static async start(): Promise<TestRedis> {
    const redis = new TestRedis(await freePort());
    await redis.start();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it again after `stop()`, with the data that was saved. */
  async start(): Promise<void> {
    const args = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.folder];
    this.child = spawn('redis-server', [...args, '--save', '', '--appendonly', 'no'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise<void>((resolve, reject) => {
      this.child?.once('error', reject);
      this.child?.stdout?.on('data', (chunk: Buffer) => {
        if (chunk.toString().includes('Ready to accept connections')) resolve();
      });
    });
  }

  /** Stops it; its data is saved (`'save'`) or lost. */
  async stop(data: 'save' | 'lose' = 'lose'): Promise<void> {
    const { child } = this;
    if (!child) return;
    this.child = undefined;
    if (data === 'save') await this.command('SAVE');
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** Stops all answers, with connections kept open, until `thaw()`. */
  freeze(): void {
    this.child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.child?.kill('SIGCONT');
  }

  /** Runs one command with Redis' own client. Resolves with its lines. */
  async command(...args: string[]): Promise<string[]> {
    const cli = spawn('redis-cli', ['-p', String(this.port), ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    cli.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    await once(cli, 'close');
    return output.split('\n').filter((line) => line !== '');
  }

  async end(): Promise<void> {
    this.thaw();
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A port without a listener. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
