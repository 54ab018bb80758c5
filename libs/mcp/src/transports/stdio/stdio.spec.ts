import { PassThrough } from 'node:stream';
import { createInterface } from 'node:readline';
import { Logger } from '@nestjs/common';
import { SessionManager } from '../../sessions/session.manager.js';
import { boundsOf, createEngine, next, type Seen } from '../../../test/transport-app.js';
import { call, initialize, INITIALIZED } from '../../../test/wire.js';
import type { TransportDefinition } from '../mcp.transport.js';
import type { McpLimits } from '../mcp-limits.js';
import { stdio } from './stdio.transport.js';

const ALICE = { subject: 'alice', scopes: [] };

async function start(limits: Partial<McpLimits> = {}) {
  const seen: Seen = { origins: [], release: [], events: new EventTarget() };
  const input = new PassThrough();
  const output = new PassThrough();
  const sessions = new SessionManager({ max: 0, maxPerOwner: 0, idleTimeout: 1 });
  const ended = new Promise<void>((resolve) => {
    seen.events.addEventListener('end', () => resolve());
  });
  const onEnd = (): void => void seen.events.dispatchEvent(new Event('end'));
  const definition = stdio({ auth: ALICE, input, output, onEnd }) as TransportDefinition;
  const entry = definition.createEntry({
    name: 'test',
    sessions,
    ...boundsOf({ limits }),
    publicPath: '',
    logger: new Logger(),
    createRequest: (local: object) => local,
    authOf: () => undefined,
    ...createEngine(seen),
  });
  await entry.open?.();
  const lines = createInterface({ input: output })[Symbol.asyncIterator]();
  const read = async (): Promise<unknown> => {
    const { value, done } = await lines.next();
    return done === true ? undefined : JSON.parse(value);
  };
  const write = (message: unknown): void =>
    void input.write(typeof message === 'string' ? message : `${JSON.stringify(message)}\n`);
  return { seen, input, output, sessions, entry, ended, read, write };
}

describe('stdio', () => {
  let app: Awaited<ReturnType<typeof start>>;

  afterEach(() => app.entry.close());

  it('has one session, of the user that started the process', async () => {
    app = await start();
    app.write(initialize('2025-06-18'));
    expect(await app.read()).toMatchObject({ result: { protocolVersion: '2025-06-18' } });
    app.write(INITIALIZED);
    app.write(call(1, 'echo', { arguments: { message: 'hi' } }));
    expect(await app.read()).toMatchObject({ id: 1, result: { content: [{ text: 'hi' }] } });
    expect(app.seen.origins[0]).toMatchObject({
      headers: {},
      request: { auth: ALICE },
      auth: ALICE,
    });
    expect(app.sessions.count).toBe(1);
  });

  it('answers a line that is no message, and goes on', async () => {
    app = await start();
    app.write('not json\n\n{"jsonrpc":"2.0","id":1}\n');
    expect(await app.read()).toMatchObject({ id: null, error: { code: -32700 } });
    expect(await app.read()).toMatchObject({ id: 1, error: { code: -32600 } });
    app.write(call(2, 'echo'));
    expect(await app.read()).toMatchObject({ id: 2, result: {} });
  });

  it('answers a line that is too long or too deep, and goes on', async () => {
    app = await start({ body: 1_000, depth: 8 });
    app.write('x'.repeat(5_000));
    app.write(`${'x'.repeat(5_000)}\r\n`);
    expect(await app.read()).toMatchObject({ id: null, error: { code: -32700 } });
    app.write(`${'['.repeat(400)}${']'.repeat(400)}\n`);
    expect(await app.read()).toMatchObject({ id: null, error: { code: -32600 } });
    app.write(call(2, 'echo'));
    expect(await app.read()).toMatchObject({ id: 2, result: {} });
  });

  it('reads lines in parts of any size', async () => {
    app = await start();
    const message = '漢字 🚀';
    const text = `${JSON.stringify(call(1, 'echo', { arguments: { message } }))}\r\n`;
    for (const byte of Buffer.from(text.repeat(1))) app.input.write(Buffer.from([byte]));
    expect(await app.read()).toMatchObject({ result: { content: [{ text: message }] } });
  });

  it('refuses calls beyond the limit, or with the id of another', async () => {
    app = await start({ concurrency: 1 });
    const waiting = next(app.seen, 'waiting');
    app.write(call(1, 'wait'));
    await waiting;
    app.write(call(1, 'echo'));
    expect(await app.read()).toMatchObject({ id: 1, error: { code: -32600 } });
    app.write(call(2, 'echo'));
    expect(await app.read()).toMatchObject({ id: 2, error: { code: -32600 } });
    app.seen.release[0]?.();
    expect(await app.read()).toMatchObject({ id: 1, result: {} });
  });

  it('accepts a batch if the revision has batches', async () => {
    app = await start();
    app.write([call(1, 'echo')]);
    expect(await app.read()).toMatchObject({ id: null, error: { code: -32600 } });
    app.write(initialize('2025-03-26'));
    await app.read();
    app.write([call(1, 'echo'), call(2, 'echo')]);
    expect(await app.read()).toMatchObject([{ id: 1 }, { id: 2 }]);
  });

  it('ends with the input, after every answer is written', async () => {
    app = await start();
    const waiting = next(app.seen, 'waiting');
    app.write(call(1, 'wait'));
    await waiting;
    app.input.end();
    app.seen.release[0]?.();
    expect(await app.read()).toMatchObject({ id: 1, result: {} });
    await app.ended;
    expect(app.sessions.count).toBe(0);
  });

  it('fails a question that the client can no longer answer', async () => {
    app = await start();
    app.write(initialize('2025-06-18', { sampling: {} }));
    await app.read();
    app.write(call(1, 'ask'));
    expect(await app.read()).toMatchObject({ method: 'sampling/createMessage' });
    app.input.end();
    expect(await app.read()).toMatchObject({ id: 1, error: {} });
    await app.ended;
  });

  it('survives an output that breaks', async () => {
    app = await start();
    const aborted = next(app.seen, 'aborted');
    const waiting = next(app.seen, 'waiting');
    app.write(call(1, 'wait'));
    await waiting;
    app.output.destroy(new Error('EPIPE'));
    await aborted;
    expect(app.sessions.count).toBe(0);
  });

  it('stops when the application ends', async () => {
    app = await start();
    await app.entry.close();
    expect(app.sessions.count).toBe(0);
    expect(app.input.listenerCount('data')).toBe(0);
  });
});
