import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { CreateMessageRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { next, PLATFORMS, startApp, type TestApp } from '../../../test/transport-app.js';
import { sse } from './sse.transport.js';

describe.each(PLATFORMS)('HTTP+SSE on %s, to the SDK client', (platform) => {
  let app: TestApp;
  let client: Client;

  beforeEach(async () => {
    app = await startApp({ transport: sse(), platform });
    client = new Client({ name: 'client', version: '1.0.0' }, { capabilities: { sampling: {} } });
    client.setRequestHandler(CreateMessageRequestSchema, () => ({
      model: 'm',
      role: 'assistant',
      content: { type: 'text', text: 'an answer' },
    }));
    await client.connect(new SSEClientTransport(new URL(`${app.url}/sse`)));
  });

  afterEach(async () => {
    await client.close();
    await app.close();
  });

  it('opens a session and serves calls', async () => {
    expect(app.sessions.count).toBe(1);
    const result = await client.callTool({ name: 'echo', arguments: { message: 'héllo' } });
    expect(result.content).toEqual([{ type: 'text', text: 'héllo' }]);
  });

  it('sends progress and questions on the stream', async () => {
    // The client drops progress that arrives together with the result.
    const progress: number[] = [];
    const onprogress = (event: { progress: number }): void => {
      progress.push(event.progress);
      for (const release of app.seen.release) release();
    };
    await client.callTool({ name: 'wait' }, undefined, { onprogress });
    expect(progress).toEqual([1]);
    const result = await client.callTool({ name: 'ask' });
    expect(result.content).toEqual([{ type: 'text', text: 'an answer' }]);
  });

  it('ends the session and aborts its calls when the client disconnects', async () => {
    const waiting = next(app.seen, 'waiting');
    const call = client.callTool({ name: 'wait' }).catch(() => undefined);
    await waiting;
    const aborted = next(app.seen, 'aborted');
    await client.close();
    await aborted;
    await call;
    expect(app.sessions.count).toBe(0);
  });
});
