import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { called, start } from '../contenders.js';
import { compare, drive, echo, type Cost, type Effort } from '../load.js';
import { connect } from '../wire/client.js';

/** Ours with the backplane beside ours without it. */
export interface ScaleFigures {
  calls: Map<string, Cost>;
  /** Messages on the bus for one plain call. */
  messages: number;
  /** Commands that Redis ran for one plain call, signs of life included. */
  commands: number;
}

/** Nothing was measured. */
export const noScale: ScaleFigures = {
  calls: new Map(),
  messages: Number.NaN,
  commands: Number.NaN,
};

/** `tools/call` in sessions that the process knows, with a real Redis and without. */
export async function measureScale(effort: Effort): Promise<ScaleFigures> {
  const redis = await startRedis();
  if (!redis) {
    console.warn('LEFT OUT: scale: there is no redis-server');
    return noScale;
  }
  const alone = called('ours, session');
  const shared = {
    ...alone,
    name: 'ours, session, backplane',
    settings: { ...alone.settings, redis: redis.url },
  };
  const started = await start([alone, shared]);
  const calls = await compare(started, echo, effort);
  const { server } = started[1] ?? {};
  const found = { calls, messages: Number.NaN, commands: Number.NaN };
  if (server) {
    const clients = await Promise.all(
      Array.from({ length: effort.clients }, () => connect('session', server.port)),
    );
    // The first call of a session tells the other processes that its client has gone on.
    await drive(clients, echo, 10 * effort.clients);
    const before = await redis.counts();
    await drive(clients, echo, effort.requests);
    const after = await redis.counts();
    found.messages = (after.messages - before.messages) / effort.requests;
    found.commands = (after.commands - before.commands) / effort.requests;
    await Promise.all(clients.map((client) => client.close()));
  }
  for (const one of started) await one.server.stop();
  await redis.stop();
  return found;
}

async function startRedis() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  const folder = mkdtempSync(join(tmpdir(), 'bench-redis-'));
  const child = spawn('redis-server', ['--port', String(port), '--dir', folder, '--save', ''], {
    stdio: 'ignore',
  });
  const isThere = await Promise.race([
    once(child, 'spawn').then(() => true),
    once(child, 'error').then(() => false),
  ]).catch(() => false);
  if (!isThere) return undefined;
  const url = `redis://127.0.0.1:${port}`;
  const client = new Redis(url);
  client.on('error', () => undefined);
  await client.ping();
  return {
    url,
    async counts() {
      const stats = await client.info('commandstats');
      const all = await client.info('stats');
      return {
        messages: Number(/cmdstat_publish:calls=(\d+)/.exec(stats)?.[1] ?? 0),
        commands: Number(/total_commands_processed:(\d+)/.exec(all)?.[1] ?? 0),
      };
    },
    async stop() {
      client.disconnect();
      const ended = once(child, 'exit');
      child.kill();
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}
