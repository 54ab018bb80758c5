import { connect, type Socket } from 'node:net';
import { startApp, type TestApp } from '../../test/transport-app.js';
import { call, openSession, post } from '../../test/wire.js';
import { streamableHttp } from '../transports/streamable-http/streamable-http.transport.js';

function open(app: TestApp): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect(app.port, '127.0.0.1', () => resolve(socket));
    socket.on('error', () => undefined);
  });
}

describe('The end of an application', () => {
  it('does not wait for connections without a request', async () => {
    const app = await startApp({ transport: streamableHttp() });
    const sockets = await Promise.all([open(app), open(app)]);
    const closed = sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    const started = performance.now();
    await app.close();
    await Promise.all(closed);
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('is quick after 200 clients at once', async () => {
    const app = await startApp({
      transport: streamableHttp(),
      sessions: { max: 200, maxPerOwner: 200 },
    });
    const url = `${app.url}/mcp`;
    const clients = Array.from({ length: 200 }, async (_, index) => {
      const headers = await openSession(url);
      const response = await post(
        url,
        call(index, 'echo', { arguments: { message: index } }),
        headers,
      );
      return response.json() as Promise<{ id: number; result: { content: [{ text: string }] } }>;
    });
    for (const [index, { id, result }] of (await Promise.all(clients)).entries()) {
      expect([id, result.content[0].text]).toEqual([index, String(index)]);
    }
    expect(app.sessions.count).toBe(200);
    await app.close();
    expect(app.sessions.count).toBe(0);
  });
});
