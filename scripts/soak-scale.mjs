// Mixed load over processes that share a Redis: first two that live, whose memory and whose Redis stay what they were; then a third
// beside them that is killed and replaced every ten seconds. Run `npm run build` first. SOAK_SECONDS: how long each of the two takes.
import { deepEqual, ok } from 'node:assert/strict';
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { Checks } from './checks.mjs';
import { freePort } from './free-port.mjs';
import { createVisitors } from './soak-scale-visitors.mjs';

const seconds = Number(process.env.SOAK_SECONDS ?? 60);
const killEvery = 10_000;
const atOnce = 24;
const mebibyte = 1024 * 1024;
const checks = new Checks();

const folder = mkdtempSync(join(tmpdir(), 'soak-redis-'));
const port = await freePort();
const redis = spawn('redis-server', ['--port', String(port), '--dir', folder, '--save', ''], {
  stdio: 'ignore',
});
await once(redis, 'spawn');
const url = `redis://127.0.0.1:${port}`;
const client = new Redis(url);
client.on('error', () => undefined);
await client.ping();

const script = fileURLToPath(new URL('soak-server.mjs', import.meta.url));
const start = async () => {
  const child = fork(script, {
    execArgv: ['--expose-gc'],
    env: { ...process.env, REDIS_URL: url },
  });
  const [{ port: listens }] = await once(child, 'message');
  return { child, port: listens };
};
const steady = [await start(), await start()];

let visitors = createVisitors(steady.map((server) => server.port));
let before;
let after;
await checks.run(`two processes serve ${seconds} s of visits`, async () => {
  await load(Math.max(10, seconds / 4));
  before = await measure();
  await load(seconds);
  after = await measure();
  const { errors, ...found } = visitors.found();
  deepEqual(errors, {}, 'nothing goes wrong where nothing happens');
  assertWhole(found);
});
await checks.run('the heaps are what they were', () => {
  const grown = after.heaps.map((heap, i) => heap - before.heaps[i]);
  ok(Math.max(...grown) < 4 * mebibyte, `${show(before)} → ${show(after)}`);
});
await checks.run('the memory of Redis is what it was', () =>
  ok(after.redis - before.redis < mebibyte / 2, `${show(before)} → ${show(after)}`),
);
await checks.run('Redis keeps nothing of sessions that are over', () => deepEqual(after.keys, []));
const calm = visitors.found();

let kills = 0;
await checks.run(`a third process is killed every ten seconds for ${seconds} s`, async () => {
  let third = await start();
  const ports = () => [...steady, third].map((server) => server.port);
  visitors = createVisitors(ports());
  const over = new AbortController();
  const killing = (async () => {
    while (!over.signal.aborted) {
      await delay(killEvery, undefined, { signal: over.signal }).catch(() => undefined);
      third.child.kill('SIGKILL');
      kills += 1;
      third = await start();
      visitors.use(ports());
    }
  })();
  await load(seconds);
  over.abort();
  await killing;
  await delay(1_000);
  third.child.kill('SIGKILL');
  const found = visitors.found();
  assertWhole(found);
  const clean = Object.keys(found.errors).filter((name) => !isClean(name));
  deepEqual(clean, [], 'every error is one that a client understands');
});
await checks.run('afterwards Redis keeps nothing either', async () => {
  const { keys } = await measure();
  deepEqual(keys, []);
});
await checks.run('the processes end by themselves', async () => {
  for (const { child } of steady) {
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    const [code, signal] = await exit;
    ok(code === 0 || signal === 'SIGTERM', `ended with ${code ?? signal}`);
  }
});
client.disconnect();
redis.kill('SIGKILL');
await once(redis, 'exit');
rmSync(folder, { recursive: true });
console.log(`calm: ${JSON.stringify(calm)}, ${show(before)} → ${show(after)}`);
console.log(`with ${kills} kills: ${JSON.stringify(visitors.found())}`);
checks.summarize();

async function load(forSeconds) {
  const end = performance.now() + forSeconds * 1_000;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (performance.now() < end) await visitors.visit();
    }),
  );
}

function assertWhole({ calls, answers, errors, twice, wrong, endless }) {
  const failed = Object.values(errors ?? {}).reduce((sum, count) => sum + count, 0);
  deepEqual(
    { twice, wrong, endless, ended: answers + failed },
    { twice: 0, wrong: 0, endless: 0, ended: calls },
  );
}

/** What the steady processes hold once every session has expired, and what is left in Redis. */
async function measure() {
  const heaps = [];
  for (const { child } of steady) {
    child.send('measure');
    const [{ heap }] = await once(child, 'message');
    heaps.push(heap);
  }
  // A record outlives its session for some seconds, and the stream of a process that is gone for ten.
  const end = performance.now() + 30_000;
  let keys;
  do {
    await delay(500);
    keys = (await client.keys('*')).filter((key) => !/:(processes|mark)$/.test(key));
  } while (keys.length > 0 && performance.now() < end);
  const memory = Number(/used_memory:(\d+)/.exec(await client.info('memory'))[1]);
  return { heaps, redis: memory, keys };
}

function isClean(name) {
  return /^(404|503|process_lost|the connection broke|the stream ended)$/.test(name);
}

function show({ heaps, redis: memory }) {
  const all = [...heaps, memory].map((bytes) => `${(bytes / mebibyte).toFixed(1)} MiB`);
  return `heaps ${all.slice(0, -1).join(' and ')}, Redis ${all.at(-1)}`;
}
