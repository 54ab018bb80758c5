import { next, startApp, type TestApp } from '../../test/transport-app.js';
import { call, openSession, post } from '../../test/wire.js';
import { streamableHttp } from '../transports/streamable-http/streamable-http.transport.js';
import type { CallEnd, CallObserver, ObservedCall } from './call-observer.js';

interface Observed {
  readonly call: Pick<ObservedCall, 'id' | 'method' | 'era' | 'over'>;
  readonly end?: CallEnd;
}

describe('An observer of calls', () => {
  let app: TestApp;
  let seen: Observed[];

  const record: CallObserver = {
    call: ({ id, method, era, over }) => ({
      run: (work) => work(),
      end: (end) => void seen.push({ call: { id, method, era, over }, end }),
    }),
  };
  /** A second one, so that both are joined. */
  const count: CallObserver = { call: () => ({ end: () => undefined }) };

  beforeEach(async () => {
    seen = [];
    app = await startApp({ transport: streamableHttp(), observers: [record, count] });
  });

  afterEach(() => app.close());

  it('receives the handshake, notifications and calls, each with its outcome', async () => {
    const headers = await openSession(`${app.url}/mcp`);
    await post(`${app.url}/mcp`, call(1, 'echo', { arguments: { message: 'hi' } }), headers);
    await post(`${app.url}/mcp`, call(2, 'unknown'), headers);
    const over = 'streamable-http';
    expect(seen).toMatchObject([
      { call: { id: 'init', method: 'initialize', era: 'legacy', over } },
      { call: { method: 'notifications/initialized' } },
      { call: { id: 1, method: 'tools/call' }, end: { isCancelled: false, result: {} } },
      { call: { id: 2 }, end: { error: { code: -32602, message: 'Unknown tool' } } },
    ]);
    expect(seen[2]?.end?.duration).toBeGreaterThan(0);
  });

  it('receives a call that its client cancels', async () => {
    const headers = await openSession(`${app.url}/mcp`);
    const waiting = next(app.seen, 'waiting');
    const answer = post(`${app.url}/mcp`, call(7, 'wait'), headers);
    await waiting;
    const params = { requestId: 7 };
    const cancelled = { jsonrpc: '2.0', method: 'notifications/cancelled', params };
    await post(`${app.url}/mcp`, cancelled, headers);
    await answer;
    expect(seen.find((one) => one.call.id === 7)?.end).toMatchObject({ isCancelled: true });
  });

  it('receives a modern request for a method that does not exist', async () => {
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    const message = { jsonrpc: '2.0', id: 3, method: 'no/such', params: { _meta } };
    const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'no/such' };
    const response = await post(`${app.url}/mcp`, message, headers);
    expect(response.status).toBe(404);
    expect(seen).toMatchObject([
      { call: { id: 3, method: 'no/such', era: 'modern' }, end: { error: { code: -32601 } } },
    ]);
  });
});
