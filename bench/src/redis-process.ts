import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

/** What a Redis says of itself. CPU in µs, memory in bytes. */
export interface RedisFigures {
  /** `PUBLISH` commands so far. */
  messages: number;
  commands: number;
  cpu: number;
  memory: number;
}

/** A Redis of the benchmark: on a free port, in an empty folder. */
export class RedisProcess {
  private child: ChildProcess;
  private readonly client: Redis;
  private readonly folder = mkdtempSync(join(tmpdir(), 'bench-redis-'));

  private constructor(private readonly port: number) {
    this.child = this.spawn();
    this.client = new Redis(this.url);
    this.client.on('error', () => undefined);
  }

  /** `undefined`: there is no redis-server. */
  static async start(): Promise<RedisProcess | undefined> {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as AddressInfo;
    probe.close();
    const redis = new RedisProcess(port);
    const isThere = await Promise.race([
      once(redis.child, 'spawn').then(() => true),
      once(redis.child, 'error').then(() => false),
    ]).catch(() => false);
    if (isThere) await redis.client.ping();
    else redis.client.disconnect();
    return isThere ? redis : undefined;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async figures(): Promise<RedisFigures> {
    const text = await this.client.info('all');
    const number = (pattern: RegExp): number => Number(pattern.exec(text)?.[1] ?? 0);
    const cpu = number(/used_cpu_sys:([\d.]+)/) + number(/used_cpu_user:([\d.]+)/);
    return {
      messages: number(/cmdstat_publish:calls=(\d+)/),
      commands: number(/total_commands_processed:(\d+)/),
      cpu: cpu * 1e6,
      memory: number(/used_memory:(\d+)/),
    };
  }

  /** It answers nothing until `thaw()`. */
  freeze(): void {
    this.child.kill('SIGSTOP');
  }

  thaw(): void {
    this.child.kill('SIGCONT');
  }

  /** Ends it with all its data and starts it again; resolves when it answers. */
  async replace(): Promise<void> {
    await this.end();
    this.child = this.spawn();
    await this.client.ping();
  }

  async stop(): Promise<void> {
    this.client.disconnect();
    await this.end();
    rmSync(this.folder, { recursive: true });
  }

  private async end(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }

  private spawn(): ChildProcess {
    const args = ['--port', String(this.port), '--dir', this.folder, '--save', ''];
    return spawn('redis-server', args, { stdio: 'ignore' });
  }
}
