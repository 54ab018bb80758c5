// Thousands of sessions that come, call, and vanish without goodbye: afterwards heap and handles are what they were.
// Run `npm run build` first. SOAK_WAVES and SOAK_SESSIONS (a wave) set the length.
import { ok } from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Checks } from './checks.mjs';
import { call, createCaller, initialize } from './soak-caller.mjs';

const waves = Number(process.env.SOAK_WAVES ?? 20);
const sessions = Number(process.env.SOAK_SESSIONS ?? 200);
const warmUp = 4;
const heapSlack = 4 * 1024 * 1024;

const server = fork(fileURLToPath(new URL('soak-server.mjs', import.meta.url)), {
  execArgv: ['--expose-gc'],
});
const [{ port }] = await once(server, 'message');
const checks = new Checks();
const { post, open, send } = createCaller({ port });

const visitors = [streamable, streamableGone, stateless, sse, sseGone];
let visits = 0;
const wave = async () => {
  for (let start = 0; start < sessions; start += 50) {
    await Promise.all(
      Array.from({ length: Math.min(50, sessions - start) }, () =>
        visitors[visits++ % visitors.length](),
      ),
    );
  }
  return measure();
};

let before;
let after;
await checks.run(`${waves} waves of ${sessions} sessions are served`, async () => {
  for (let i = 0; i < warmUp; i++) before = await wave();
  for (let i = 0; i < waves; i++) after = await wave();
});
await checks.run(`no session is left of ${visits}`, () => ok(after.sessions === 0, show(after)));
await checks.run('the heap is what it was', () =>
  ok(after.heap - before.heap < heapSlack, `${show(before)} → ${show(after)}`),
);
await checks.run('handles are what they were', () =>
  ok(after.handles <= before.handles, `${show(before)} → ${show(after)}`),
);
await checks.run('the server ends by itself', async () => {
  const exit = once(server, 'exit');
  server.kill('SIGTERM');
  const [code, signal] = await exit;
  ok(code === 0 || signal === 'SIGTERM', `ended with ${code ?? signal}`);
});
console.log(`${visits} visits: ${show(before)} → ${show(after)}`);
checks.summarize();

/** Opens a session, calls, and never comes back. */
async function streamable() {
  const headers = await openSession();
  await post('/mcp', call(), headers);
}

/** Opens a session and hangs up in the middle of a call, with a stream open. */
async function streamableGone() {
  const headers = await openSession();
  const stream = await open('GET', '/mcp', { ...headers, accept: 'text/event-stream' });
  const hanging = send('POST', '/mcp', headers, call('wait'));
  hanging.on('error', () => undefined);
  await post('/mcp', call(), headers);
  hanging.destroy();
  stream.destroy();
}

async function stateless() {
  await post('/stateless', call());
}

async function sse() {
  const { stream, messages } = await openStream();
  await post(messages, call());
  stream.destroy();
}

/** Leaves with a call unanswered. */
async function sseGone() {
  const { stream, messages } = await openStream();
  await post(messages, call('wait'));
  stream.destroy();
}

async function openSession() {
  const response = await post('/mcp', initialize('2025-11-25'));
  return { 'mcp-session-id': response.headers['mcp-session-id'] };
}

async function openStream() {
  const stream = await open('GET', '/sse', { accept: 'text/event-stream' });
  const [chunk] = await once(stream.setEncoding('utf8'), 'data');
  const messages = /data: (.*)/.exec(chunk)[1];
  stream.resume();
  await post(messages, initialize('2024-11-05'));
  return { stream, messages };
}

/** What the server holds once every session has expired. */
async function measure() {
  server.send('measure');
  const [measured] = await once(server, 'message');
  return measured;
}

function show({ heap, handles, sessions: left }) {
  return `${(heap / 1024 / 1024).toFixed(1)} MiB, ${handles} handles, ${left} sessions`;
}
