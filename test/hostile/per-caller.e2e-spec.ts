import { PassThrough } from 'node:stream';
import { createInterface } from 'node:readline';
import { sse, staticTokens, stdio, streamableHttp } from 'nestjs-mcp';
import {
  call,
  eventsOf,
  initialize,
  nextEvent,
  openSession,
  post,
} from '../../libs/mcp/test/wire.js';
import { postModern } from '../protocol/modern.wire.js';
import { adapters, stopAll } from '../support/start-app.js';
import { start, type HostileApp } from './hostile.app.js';

const alice = { authorization: 'Bearer alice' };
const bob = { authorization: 'Bearer bob' };
const verifier = staticTokens({
  alice: { token: 'alice', scopes: [] },
  bob: { token: 'bob', scopes: [] },
});
const tooMany = {
  error: {
    code: -32603,
    message: 'Too many calls in flight (at most 3 per caller)',
    data: { retryAfter: 1 },
  },
};

afterEach(stopAll);

/** Opens HTTP+SSE; gives where to post. */
async function openStream(url: string, headers: Record<string, string>) {
  const events = eventsOf(await fetch(`${url}/sse`, { headers }));
  const messages = url + (await nextEvent(events)).data;
  await post(messages, initialize('2024-11-05'), headers);
  await nextEvent(events);
  return { events, messages };
}

/** One call of `wait` over each transport and era. */
async function callEverywhere({ url, target }: HostileApp, headers: Record<string, string>) {
  const session = await openSession(`${url}/mcp`, '2025-06-18', headers);
  const { messages, events } = await openStream(url, headers);
  const sent: Promise<Response>[] = [];
  for (const send of [
    () => post(`${url}/mcp`, call(1, 'wait'), session),
    () => postModern(`${url}/mcp`, 'tools/call', { name: 'wait' }, { headers }),
    () => post(messages, call(1, 'wait'), headers),
  ]) {
    const started = target.next('started');
    sent.push(send());
    await started;
  }
  return { session, messages, events, sent };
}

describe.each(adapters)('The calls in flight of one caller on %s', (adapter) => {
  it.each([
    ['a named caller', { auth: { verifier } }, alice],
    ['an anonymous one, by its address', { auth: { verifier, optional: true } }, {}],
  ])(
    'are limited over all transports, sessions and eras, for %s',
    async (_who, options, headers: Record<string, string>) => {
      const app = await start({ ...options, limits: { callsPerOwner: 3 } }, adapter);
      const { url, target } = app;
      const { session, messages, sent } = await callEverywhere(app, headers);
      for (const refused of [
        post(`${url}/mcp`, call(2, 'echo'), session),
        post(`${url}/stateless`, call(2, 'echo'), headers),
        post(messages, call(2, 'echo'), headers),
        postModern(`${url}/mcp`, 'tools/call', { name: 'echo' }, { id: 2, headers }),
      ]) {
        const response = await refused;
        expect([response.status, response.headers.get('retry-after')]).toEqual([429, '1']);
        expect(await response.json()).toEqual({ jsonrpc: '2.0', id: 2, ...tooMany });
      }
      const other = await openSession(`${url}/mcp`, '2025-06-18', bob);
      expect((await post(`${url}/mcp`, call(1, 'echo'), other)).status).toBe(200);
      target.release();
      await Promise.all(sent);
      expect((await post(`${url}/mcp`, call(3, 'echo'), session)).status).toBe(200);
    },
  );
});

describe('The limit of one caller', () => {
  it('counts the work of a cancelled call until it ends, whatever its handler does with the signal', async () => {
    const app = await start({ limits: { callsPerOwner: 3 } });
    const { url, target } = app;
    const session = await openSession(`${url}/mcp`, '2025-06-18');
    for (const id of [1, 2, 3]) {
      const started = target.next('started');
      const sent = post(`${url}/mcp`, call(id, 'persist'), session);
      await started;
      const params = { requestId: id };
      await post(
        `${url}/mcp`,
        { jsonrpc: '2.0', method: 'notifications/cancelled', params },
        session,
      );
      await sent;
    }
    const refused = await post(`${url}/mcp`, call(4, 'echo'), session);
    expect(refused.status).toBe(429);
    target.release();
    const again = async () => (await post(`${url}/mcp`, call(5, 'echo'), session)).status;
    while ((await again()) !== 200) await new Promise(setImmediate);
  });

  it('applies over stdio too, where the refusal is a JSON-RPC error', async () => {
    const input = new PassThrough();
    const output = new PassThrough();
    const { target } = await start({
      transports: [stdio({ input, output })],
      limits: { callsPerOwner: 3 },
    });
    const lines = createInterface({ input: output })[Symbol.asyncIterator]();
    const write = (message: object): void => void input.write(`${JSON.stringify(message)}\n`);
    write(initialize('2025-06-18'));
    await lines.next();
    for (const id of [1, 2, 3]) {
      const started = target.next('started');
      write(call(id, 'wait'));
      await started;
    }
    write(call(4, 'echo'));
    expect(JSON.parse((await lines.next()).value)).toEqual({ jsonrpc: '2.0', id: 4, ...tooMany });
  });

  it.each([
    ['long texts', { text: 'x'.repeat(400_000) }],
    ['many values', { list: Array.from({ length: 20_000 }, () => ({})) }],
  ])('leaves no room for %s in what a subscription stream keeps', async (_what, meta) => {
    const { url } = await start();
    const notifications = {
      resourceSubscriptions: Array.from(
        { length: 1_024 },
        (_, n) => `data://${n}/${'x'.repeat(240)}`,
      ),
    };
    const listen = (more: object) =>
      postModern(`${url}/mcp`, 'subscriptions/listen', { notifications }, { meta: { more } });
    const response = await listen(meta);
    expect(await response.text()).toContain('the parameters take more than 393216 bytes');
    const accepted = await listen({});
    expect(accepted.status).toBe(200);
    expect(await accepted.text()).toContain('notifications/subscriptions/acknowledged');
  });

  it('applies to subscription streams: one caller leaves room for others', async () => {
    const { url } = await start({ auth: { verifier }, limits: { subscriptionsPerOwner: 2 } });
    const listen = async (headers: Record<string, string>) => {
      const leaving = new AbortController();
      const response = await postModern(
        `${url}/mcp`,
        'subscriptions/listen',
        { notifications: { toolsListChanged: true } },
        { headers, signal: leaving.signal },
      );
      return { response, leave: () => leaving.abort() };
    };
    const first = await listen(alice);
    expect((await listen(alice)).response.status).toBe(200);
    const refused = (await listen(alice)).response;
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    expect(await refused.json()).toMatchObject({
      error: { code: -32603, message: 'Too many open subscriptions (at most 2 per caller)' },
    });
    expect((await listen(bob)).response.status).toBe(200);
    first.leave();
    while ((await listen(alice)).response.status !== 200) await new Promise(setImmediate);
  });

  it.each([
    [{ limits: { unsent: -1 } }, 'limits.unsent is -1'],
    [{ limits: { callsPerOwner: Number.NaN } }, 'limits.callsPerOwner is NaN'],
    [{ sessions: { resumeTimeout: 0.5 } }, 'sessions.resumeTimeout is 0.5'],
    [{ limits: { body: '1' as never, depth: 0 } }, "limits.body is '1', limits.depth is 0"],
  ])('must be a valid number: %j stops the boot', async (options, problem) => {
    const transports = [streamableHttp(), sse()];
    await expect(start({ transports, ...options })).rejects.toThrow(problem);
  });
});
