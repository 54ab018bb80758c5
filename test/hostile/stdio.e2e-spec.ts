import { PassThrough } from 'node:stream';
import { stdio } from 'nestjs-mcp';
import { call, initialize } from '../../libs/mcp/test/wire.js';
import { stopAll } from '../support/start-app.js';
import { secret, start, type HostileApp } from './hostile.app.js';

interface Answer {
  id: unknown;
  error?: { code: number; message: string };
  result?: { content?: { text: string }[] };
}

describe('bad input over stdio', () => {
  let app: HostileApp;
  let input: PassThrough;
  let lines: AsyncIterator<Answer>;

  beforeEach(async () => {
    input = new PassThrough();
    const output = new PassThrough();
    lines = answersOf(output);
    app = await start({ transports: [stdio({ input, output })] });
    await ask(initialize('2025-06-18'));
  });
  // The next line is served as if nothing had happened.
  afterEach(async () => {
    const alive = await ask(call('alive', 'echo', { arguments: { message: 'alive' } }));
    expect(alive.result?.content?.[0]?.text).toBe('alive');
    await stopAll();
  });

  const next = async (): Promise<Answer> => (await lines.next()).value as Answer;
  const ask = async (message: unknown): Promise<Answer> => {
    input.write(typeof message === 'string' ? `${message}\n` : `${JSON.stringify(message)}\n`);
    return next();
  };

  it.each(['{"jsonrpc"', '}{', '\u0000', 'GET / HTTP/1.1'])(
    'is answered with a parse error without id if it is no JSON: %j',
    async (line) => {
      expect(await ask(line)).toMatchObject({ id: null, error: { code: -32700 } });
    },
  );

  it.each(['null', '7', '[]', '{}', '{"id":3}', '[{"jsonrpc":"2.0","id":1,"method":"ping"}]'])(
    'is answered as invalid if it is no message: %s',
    async (line) => {
      expect((await ask(line)).error?.code).toBe(-32600);
    },
  );

  it('is answered with an error if a line has 5 MB, and none of it is kept', async () => {
    const message = 'x'.repeat(5_000_000);
    const { error } = await ask(call(1, 'echo', { arguments: { message } }));
    expect(error?.message).toContain('the line is too long');
  });

  it('may split characters over two chunks', async () => {
    const bytes = Buffer.from(
      `${JSON.stringify(call(1, 'echo', { arguments: { message: '日本🦊' } }))}\n`,
    );
    for (const byte of bytes) input.write(Buffer.from([byte]));
    expect((await next()).result?.content?.[0]?.text).toBe('日本🦊');
  });

  it('is answered if it is nested too deeply', async () => {
    const value = '['.repeat(50_000) + ']'.repeat(50_000);
    const line = `{"jsonrpc":"2.0","id":6,"method":"tools/call","params":{"name":"keys","arguments":{"value":${value}}}}`;
    expect(await ask(line)).toMatchObject({ id: 6, error: { code: -32600 } });
  });

  it.each(['nothing', '__proto__', 'constructor'])(
    'is answered if it is the unknown tool %s',
    async (name) => {
      expect(await ask(call(2, name))).toMatchObject({ id: 2, error: { code: -32602 } });
    },
  );

  it('is refused if ids or progress tokens have more than 1 kB', async () => {
    expect(await ask(call('x'.repeat(1_025), 'echo'))).toMatchObject({
      id: null,
      error: { code: -32602 },
    });
    const _meta = { progressToken: '漢'.repeat(342) };
    expect(await ask(call(7, 'echo', { _meta }))).toMatchObject({ id: 7, error: { code: -32602 } });
  });

  it('is answered if it is an unknown method', async () => {
    expect(await ask({ jsonrpc: '2.0', id: 3, method: 'x' })).toMatchObject({
      error: { code: -32601 },
    });
  });

  it('causes no answer with details of an unexpected error', async () => {
    expect(JSON.stringify(await ask(call(4, 'fail')))).not.toContain(secret);
  });

  it('does not keep a call from ending at its time limit, and by a cancellation', async () => {
    expect((await ask(call(5, 'never'))).error?.message).toContain('timed out');
    const [started, aborted] = [app.target.next('started'), app.target.next('aborted')];
    input.write(`${JSON.stringify(call(6, 'wait'))}\n`);
    await started;
    const params = { requestId: 6 };
    input.write(
      `${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params })}\n`,
    );
    await aborted;
  });
});

async function* answersOf(output: PassThrough): AsyncGenerator<Answer> {
  let rest = '';
  for await (const chunk of output.setEncoding('utf8')) {
    const parts = (rest + String(chunk)).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) yield JSON.parse(line) as Answer;
  }
}
