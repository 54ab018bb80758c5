// One caller does for a minute whatever fills a server's memory, beside four honest ones, at default limits: the process stays
// within its budgets, and the honest ones are served. Run `npm run build` first. SOAK_SECONDS sets the length.
import { ok } from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Checks } from './checks.mjs';
import { call, createCaller, initialize, modernCall } from './soak-caller.mjs';

const seconds = Number(process.env.SOAK_SECONDS ?? 60);
const mebibyte = 1024 * 1024;
/** Unsent bytes, results being collected, events and task results have 64 MiB each. */
const budgets = 4 * 64 * mebibyte;
/** What the calls in flight and the garbage between two collections may take on top. */
const slack = 256 * mebibyte;
/** Connections that the abusive caller keeps open without reading; its oldest make room. */
const mostUnread = 400;

const server = fork(fileURLToPath(new URL('soak-abuse-server.mjs', import.meta.url)), {
  execArgv: ['--max-old-space-size=512'],
});
let exited;
server.once('exit', (code, signal) => (exited = `the server ended with ${code ?? signal}`));
const [{ port }] = await once(server, 'message');
const checks = new Checks();

const refusals = {};
const attempts = {};
const mallory = createCaller({
  port,
  headers: { authorization: 'Bearer mallory' },
  onRefused: (status) => (refusals[status] = (refusals[status] ?? 0) + 1),
});
const unread = [];
const abuses = {
  jsonAnswers,
  postStreams,
  sseStreams,
  hungUp,
  fullSessions,
  tasks,
  endless,
  changes,
};

await honest('ann', 200);
const before = await measure();
const until = performance.now() + seconds * 1_000;
const latencies = [];
const failures = [];
const [peak] = await Promise.all([
  watch(),
  ...['ann', 'bob', 'carol', 'dave'].map((name) => honest(name, Infinity)),
  ...Object.keys(abuses).flatMap((name) => [abuse(name), abuse(name)]),
]);
for (const response of unread.splice(0)) response.destroy();

latencies.sort((a, b) => a - b);
const at = (share) => latencies[Math.floor((latencies.length - 1) * share)].toFixed(1);
console.log(`${seconds} s of abuse: ${show(attempts)}`);
console.log(`refused or cut off: ${show(refusals)}`);
console.log(
  `memory: ${mib(before.rss)} before, ${mib(peak)} at most, ${mib((await measure()).rss)} after`,
);
console.log(
  `honest calls: ${latencies.length}, ms: ${at(0.5)} (half), ${at(0.99)} (99 %), ${at(1)} (slowest)`,
);
await checks.run('the server lives', () => ok(exited === undefined, exited));
await checks.run('its memory stays within the budgets', () =>
  ok(peak - before.rss < budgets + slack, `${mib(before.rss)} → ${mib(peak)}`),
);
await checks.run('some of what the abusive caller asked for was refused', () =>
  ok(Object.keys(refusals).length > 0),
);
await checks.run('every honest call was answered', () => ok(failures.length === 0, failures[0]));
await checks.run('the server ends by itself', async () => {
  const exit = once(server, 'exit');
  server.kill('SIGTERM');
  const [code, signal] = await exit;
  ok(code === 0 || signal === 'SIGTERM', `ended with ${code ?? signal}`);
});
checks.summarize();

function isOn() {
  return performance.now() < until && exited === undefined;
}

/** Repeats one kind of abuse to the end. */
async function abuse(name) {
  while (isOn()) {
    attempts[name] = (attempts[name] ?? 0) + 1;
    const attempt = abuses[name]().catch(() => {
      refusals.cut = (refusals.cut ?? 0) + 1;
    });
    // An abusive caller does not wait for its answers.
    await Promise.race([attempt, delay(5_000)]);
    await delay(1);
  }
}

/** Calls in a session of its own, and reads every answer. */
async function honest(name, times) {
  const caller = createCaller({ port, headers: { authorization: `Bearer ${name}` } });
  const headers = await openSession(caller);
  const goesOn = (n) => (times < Infinity ? n < times : performance.now() < until);
  for (let n = 0; goesOn(n); n++) {
    const started = performance.now();
    const { statusCode } = await caller
      .post('/mcp', call(), headers)
      .catch((error) => ({ statusCode: String(error) }));
    if (times < Infinity) continue;
    latencies.push(performance.now() - started);
    if (statusCode !== 200) failures.push(`${name}: ${statusCode}`);
    await delay(20);
  }
}

async function watch() {
  let most = 0;
  while (isOn()) {
    most = Math.max(most, (await measure()).peak);
    await delay(250);
  }
  return most;
}

/** Large answers as JSON, 64 in one session, none of them read. */
async function jsonAnswers() {
  const headers = await openSession(mallory);
  for (let n = 0; n < 64; n++) {
    keep(
      await mallory.open('POST', '/mcp', headers, {
        ...call('large', { bytes: 6_000_000 }),
        id: n,
      }),
    );
  }
}

async function postStreams() {
  const headers = await openSession(mallory, '/streams');
  keep(
    await mallory.open(
      'POST',
      '/streams',
      headers,
      call('report', { times: 1e6 }, { progressToken: 1 }),
    ),
  );
}

async function sseStreams() {
  const stream = await mallory.open('GET', '/sse', { accept: 'text/event-stream' });
  const [chunk] = await once(stream.setEncoding('utf8'), 'data');
  const messages = /data: (.*)/.exec(chunk)[1];
  keep(stream);
  await mallory.post(messages, initialize('2024-11-05'));
  for (let n = 0; n < 20; n++)
    await mallory.post(messages, { ...call('large', { bytes: 3_000_000 }), id: n });
}

/** Hangs up on a call that fills its events. */
async function hungUp() {
  const headers = await openSession(mallory, '/streams');
  const body = call('report', { times: 1e6 }, { progressToken: 1 });
  const response = await mallory.open('POST', '/streams', headers, body);
  await once(response, 'data');
  response.destroy();
}

/** Ordinary calls whose answers the event store keeps. */
async function fullSessions() {
  const headers = await openSession(mallory, '/streams');
  for (let n = 0; n < 4; n++) {
    await mallory.post('/streams', { ...call('large', { bytes: 900_000 }), id: n }, headers);
  }
}

async function tasks() {
  const { headers, body } = modernCall('tools/call', { name: 'bulky', arguments: {} });
  await mallory.post('/mcp', body, headers);
}

async function endless() {
  const { headers, body } = modernCall('tools/call', { name: 'endless', arguments: {} });
  await mallory.post('/mcp', body, headers);
}

async function changes() {
  const { headers, body } = modernCall('subscriptions/listen', {
    notifications: { toolsListChanged: true },
  });
  keep(await mallory.open('POST', '/mcp', headers, body));
}

function keep(response) {
  response.pause();
  unread.push(response);
  if (unread.length > mostUnread) unread.shift().destroy();
}

async function openSession(caller, path = '/mcp') {
  const response = await caller.post(path, initialize('2025-11-25'));
  return {
    'mcp-session-id': response.headers['mcp-session-id'],
    'mcp-protocol-version': '2025-11-25',
  };
}

async function measure() {
  if (exited !== undefined) return before;
  server.send('measure');
  const [measured] = await once(server, 'message');
  return measured;
}

function show(counts) {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

function mib(bytes) {
  return `${(bytes / mebibyte).toFixed(0)} MiB`;
}
