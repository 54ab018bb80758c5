import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { sse, stdio, streamableHttp } from 'nestjs-mcp';
import { eventsOf, initialize, nextEvent, openSession, post } from '../../libs/mcp/test/wire.js';
import { body, headers, uris } from './arbitrary.js';
import { stopAll } from '../support/start-app.js';
import { secret, start, type HostileApp } from './hostile.app.js';

const runs = Number(process.env.FUZZ_RUNS ?? 150);
const seed = Number(process.env.FUZZ_SEED ?? 20251125);
const answerTimeout = 5_000;
const forbidden = [process.cwd(), 'node_modules', secret, '    at '];

const counts: Record<string, number> = {};
const failures: unknown[] = [];
const keep = (reason: unknown): void => void failures.push(reason);

/** Nothing of the inside may be seen outside. */
function expectNoLeak(text: string): void {
  for (const one of forbidden) expect(text).not.toContain(one);
  expect(text).not.toMatch(/\.(?:ts|js|mjs):\d+/);
}

function count(what: string): void {
  counts[what] = (counts[what] ?? 0) + 1;
}

/** Rejects where nothing comes in time: a hang is a failure. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`no answer within ${answerTimeout} ms`)),
      answerTimeout,
    );
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function check<Values>(property: fc.IAsyncProperty<Values>): Promise<void> {
  return fc.assert(property, { numRuns: runs, seed });
}

describe('Arbitrary data', () => {
  const input = new PassThrough();
  const output = new PassThrough();
  let app: HostileApp;

  beforeAll(async () => {
    process.on('unhandledRejection', keep).on('uncaughtException', keep);
    app = await start({
      transports: [
        streamableHttp(),
        sse(),
        streamableHttp({ path: 'stateless', stateless: true }),
        stdio({ input, output }),
      ],
    });
  });

  afterAll(async () => {
    await stopAll();
    process.off('unhandledRejection', keep).off('uncaughtException', keep);
    process.stdout.write(`fuzz (seed ${seed}): ${JSON.stringify(counts)}\n`);
  });

  afterEach(() => {
    expect(failures).toEqual([]);
    expectNoLeak(app.log.lines.filter((line) => line.includes('Unhandled')).join('\n'));
  });

  /** Sends it, reads what comes (a stream only as far as it has come), and looks for what must not be. */
  async function expectAnswer(path: string, init: RequestInit): Promise<number> {
    const stop = new AbortController();
    // No connection is used twice: one that Node closes for idling between two runs would look like a failure.
    const once = { ...(init.headers as Record<string, string>), connection: 'close' };
    const response = await inTime(
      fetch(app.url + path, { ...init, headers: once, signal: stop.signal }),
    );
    const isOpen = init.method === 'GET' && response.ok;
    const text = isOpen ? '' : await inTime(response.text());
    stop.abort();
    expectNoLeak(`${JSON.stringify([...response.headers])}${text}`);
    expect([path, init.method, response.status]).not.toEqual([path, init.method, 500]);
    count(`${init.method} ${path.split('?')[0]} ${response.status}`);
    return response.status;
  }

  it('as a body is answered by Streamable HTTP with or without a session', async () => {
    let session = await openSession(`${app.url}/mcp`);
    await check(
      fc.asyncProperty(body, fc.constantFrom('/mcp', '/stateless'), async (bytes, path) => {
        const common = {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
        };
        const own = path === '/mcp' ? { ...common, ...session } : common;
        const status = await expectAnswer(path, {
          method: 'POST',
          headers: own,
          body: new Uint8Array(bytes),
        });
        if (status === 404) session = await openSession(`${app.url}/mcp`);
      }),
    );
  });

  it('as headers is answered by every route and method', async () => {
    const routes = fc.constantFrom(
      ['POST', '/mcp'],
      ['GET', '/mcp'],
      ['DELETE', '/mcp'],
      ['POST', '/stateless'],
      ['GET', '/sse'],
      ['POST', '/messages'],
    );
    await check(
      fc.asyncProperty(
        routes,
        headers,
        fc.boolean(),
        body,
        async ([method, path], sent, real, bytes) => {
          const session = real ? await openSession(`${app.url}/mcp`) : {};
          const id = encodeURIComponent(sent['mcp-session-id'] ?? '');
          await expectAnswer(path === '/messages' ? `/messages?sessionId=${id}` : path, {
            method,
            headers: { ...sent, ...session },
            ...(method === 'POST' && { body: new Uint8Array(bytes) }),
          });
        },
      ) as never,
    );
  });

  it('as a message over HTTP+SSE leaves the next one answered', async () => {
    const stop = new AbortController();
    const events = eventsOf(await fetch(`${app.url}/sse`, { signal: stop.signal }));
    const messages = app.url + (await nextEvent(events)).data;
    await post(messages, initialize('2024-11-05'));
    let pings = 0;
    await check(
      fc.asyncProperty(body, async (bytes) => {
        const response = await inTime(
          fetch(messages, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: new Uint8Array(bytes),
          }),
        );
        expectNoLeak(await response.text());
        expect(response.status).not.toBe(500);
        count(`POST /messages ${response.status}`);
        const id = `alive-${++pings}`;
        await post(messages, { jsonrpc: '2.0', id, method: 'ping' });
        for (let data = ''; !data.includes(id);) {
          data = (await inTime(nextEvent(events))).data ?? '';
          expectNoLeak(data);
        }
      }),
    );
    stop.abort();
  });

  it('as a line over stdio leaves the next one answered', async () => {
    const lines = output.setEncoding('utf8')[Symbol.asyncIterator]() as AsyncIterator<string>;
    let pings = 0;
    input.write(`${JSON.stringify(initialize('2025-03-26'))}\n`);
    await check(
      fc.asyncProperty(body, async (bytes) => {
        const id = `alive-${++pings}`;
        input.write(bytes);
        input.write(`\n${JSON.stringify({ jsonrpc: '2.0', id, method: 'ping' })}\n`);
        for (let text = ''; !text.includes(`"${id}"`);) {
          text = (await inTime(lines.next())).value as string;
          expectNoLeak(text);
        }
        count('stdio');
      }),
    );
  });

  it('as a URI is answered by a read', async () => {
    await check(
      fc.asyncProperty(uris, async (uri) => {
        const started = performance.now();
        await expectAnswer('/stateless', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({
            jsonrpc: '2.0',
            id: 1,
            method: 'resources/read',
            params: { uri },
          }),
        });
        expect(performance.now() - started).toBeLessThan(1_000);
      }),
    );
  });
});
