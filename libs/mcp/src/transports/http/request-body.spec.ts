import { once } from 'node:events';
import { connect } from 'node:net';
import express from 'express';
import { next, PLATFORMS, startApp, type TestApp } from '../../../test/transport-app.js';
import { call, initialize, openSession, post, postAtOnce, postChunks } from '../../../test/wire.js';
import { streamableHttp } from '../streamable-http/streamable-http.transport.js';

describe.each(PLATFORMS)('The body of a POST on %s', (platform) => {
  let app: TestApp;
  let url: string;

  beforeEach(async () => {
    app = await startApp({
      transport: streamableHttp({ stateless: true }),
      platform,
      limits: { body: 100_000, depth: 16 },
    });
    url = `${app.url}/mcp`;
  });

  afterEach(() => app.close());

  it('is read beyond the limit of the application, up to the limit of the server', async () => {
    const message = 'x'.repeat(50_000);
    const response = await post(url, call(1, 'echo', { arguments: { message } }));
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ result: { content: [{ text: message }] } });
  });

  it('is refused beyond the limit of the server, announced or not', async () => {
    const announced = await post(url, call(1, 'echo', { arguments: { message: 'x'.repeat(1e6) } }));
    expect(announced.status).toBe(413);
    expect(await announced.json()).toMatchObject({ id: null, error: { code: -32000 } });
    const chunks = Array.from({ length: 30 }, () => Buffer.alloc(10_000, ' '));
    expect((await postChunks(url, chunks)).status).toBe(413);
    expect((await post(url, call(1, 'echo'))).status).toBe(200);
  });

  it('is answered in JSON-RPC when it is not JSON', async () => {
    for (const body of ['{"jsonrpc":', '', 'null,', '\u0000']) {
      const response = await post(url, body);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ id: null, error: { code: -32700 } });
    }
  });

  it('is refused when it is JSON but no message', async () => {
    for (const body of [1, 'text', null, {}, { jsonrpc: '2.0', id: null, method: 'a' }]) {
      const response = await post(url, JSON.stringify(body));
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ id: null, error: { code: -32600 } });
    }
    const named = await post(url, { jsonrpc: '2.0', id: 7, method: 'a', params: [] });
    expect(await named.json()).toMatchObject({ id: 7, error: { code: -32600 } });
  });

  it('is refused when it nests too deep', async () => {
    const response = await post(url, `${'['.repeat(40_000)}${']'.repeat(40_000)}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: -32600 } });
  });

  it('is refused with another content type, by the transport', async () => {
    for (const type of ['text/plain', 'text/plain; a=application/json', 'nonsense']) {
      const response = await post(url, call(1, 'echo'), { 'content-type': type });
      expect(response.status).toBe(415);
      expect(await response.json()).toMatchObject({ id: null, error: { code: -32000 } });
    }
    const gzip = await post(url, call(1, 'echo'), { 'content-encoding': 'gzip' });
    expect(gzip.status).toBe(415);
    const charset = { 'content-type': 'Application/JSON ; charset=utf-8' };
    expect((await post(url, call(1, 'echo'), charset)).status).toBe(200);
  });

  it('may be split anywhere, also within a character', async () => {
    const message = 'naïve 漢字 🚀';
    const body = Buffer.from(JSON.stringify(call(1, 'echo', { arguments: { message } })));
    const chunks = Array.from(body, (byte) => Buffer.from([byte]));
    const response = await postChunks(url, chunks);
    expect(JSON.parse(response.body)).toMatchObject({ result: { content: [{ text: message }] } });
  });

  it('may be aborted by the client', async () => {
    await new Promise<void>((resolve) => {
      const socket = connect(app.port, '127.0.0.1', () => {
        const head = 'POST /mcp HTTP/1.1\r\nHost: a\r\nContent-Type: application/json';
        socket.write(`${head}\r\nContent-Length: 100\r\n\r\n{"jsonrpc"`, () => socket.destroy());
      });
      socket.once('close', () => resolve());
    });
    expect((await post(url, call(1, 'echo'))).status).toBe(200);
    expect(app.seen.origins).toHaveLength(1);
  });

  it('of other routes is left to the parsers of the application', async () => {
    const response = await post(`${app.url}/other`, '{"a":');
    expect(response.status).toBe(400);
    expect(await response.json()).not.toHaveProperty('jsonrpc');
  });

  it('is not read by middleware before the module, which sees its headers', async () => {
    const called = next(app.seen, 'call');
    await post(url, call(1, 'echo'));
    await called;
    const { request, headers } = app.seen.origins[0] ?? { request: {}, headers: {} };
    expect((request as { body?: unknown }).body ?? undefined).toBeUndefined();
    expect(headers['content-type']).toBe('application/json');
    expect(Number(headers['content-length'])).toBeGreaterThan(0);
  });
});

describe('The body of a POST in an application with middleware', () => {
  let app: TestApp;
  afterEach(() => app.close());

  it('is used as a parser before the transport left it', async () => {
    app = await startApp({
      transport: streamableHttp(),
      configure: (nest) =>
        nest.use((request: { finished?: boolean }, response: never, done: () => void) => {
          delete request.finished;
          express.json()(request as never, response, done);
        }),
    });
    const url = `${app.url}/mcp`;
    const headers = await openSession(url);
    const response = await post(url, call(1, 'echo', { arguments: { message: 'hi' } }), headers);
    expect(await response.json()).toMatchObject({ result: { content: [{ text: 'hi' }] } });
  });

  it('is reported as missing when another parser consumed it and kept nothing', async () => {
    app = await startApp({
      transport: streamableHttp(),
      configure: (nest) =>
        nest.use((request: NodeJS.ReadableStream, _response: unknown, done: () => void) => {
          request.on('end', done).resume();
        }),
    });
    const response = await post(`${app.url}/mcp`, initialize('2025-11-25'));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: -32700 } });
  });

  it('ends for middleware that listens, before the call is answered', async () => {
    let ended: Promise<unknown> | undefined;
    app = await startApp({
      transport: streamableHttp({ stateless: true }),
      configure: (nest) =>
        nest.use((request: NodeJS.ReadableStream, _response: unknown, done: () => void) => {
          ended = once(request, 'end');
          // As after a guard that returns a promise, the whole body may have arrived.
          queueMicrotask(done);
        }),
    });
    const url = `${app.url}/mcp`;
    for (const send of [postAtOnce, post]) {
      const waiting = next(app.seen, 'waiting');
      const answered = send(url, call(1, 'wait'));
      await waiting;
      await ended;
      app.seen.release.pop()?.();
      expect((await answered).status).toBe(200);
    }
  });
});
