import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  CreateMessageRequestSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { PLATFORMS, startApp, type TestApp } from '../../../test/transport-app.js';
import { streamableHttp } from './streamable-http.transport.js';

describe.each(PLATFORMS)('Streamable HTTP on %s, to the SDK client', (platform) => {
  let app: TestApp;
  let client: Client;

  beforeEach(async () => {
    app = await startApp({ transport: streamableHttp(), platform });
    client = new Client({ name: 'client', version: '1.0.0' }, { capabilities: { sampling: {} } });
    client.setRequestHandler(CreateMessageRequestSchema, () => ({
      model: 'm',
      role: 'assistant',
      content: { type: 'text', text: 'an answer' },
    }));
    await client.connect(new StreamableHTTPClientTransport(new URL(`${app.url}/mcp`)));
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

  it('sends progress to the call that requested it', async () => {
    const progress: number[] = [];
    const options = { onprogress: (event: { progress: number }) => progress.push(event.progress) };
    await client.callTool({ name: 'progress' }, undefined, options);
    expect(progress).toEqual([1, 2]);
  });

  it('lets a call ask questions', async () => {
    const result = await client.callTool({ name: 'ask' });
    expect(result.content).toEqual([{ type: 'text', text: 'an answer' }]);
  });

  it('sends notifications without a call on the stream of the GET', async () => {
    const changes: string[] = [];
    client.setNotificationHandler(ToolListChangedNotificationSchema, ({ method }) => {
      changes.push(method);
    });
    // The client opens its GET in the background: what is sent before that reaches no client.
    while (changes.length === 0) await client.callTool({ name: 'tell' });
    expect(changes).toHaveLength(1);
  });

  it('ends the session on DELETE', async () => {
    await (client.transport as StreamableHTTPClientTransport).terminateSession();
    expect(app.sessions.count).toBe(0);
  });
});
