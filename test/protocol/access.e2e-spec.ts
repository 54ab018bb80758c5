import { Injectable, type ExecutionContext } from '@nestjs/common';
import { InjectMcpServer, McpResource, McpServerRef, McpTool, staticTokens } from 'nestjs-mcp';
import { eventsOf, nextEvent, openSession, post } from '../../libs/mcp/test/wire.js';
import { answerOf, postModern } from './modern.wire.js';
import { startStory, type Story } from './story.app.js';

let shown = true;
const isShown = (context: ExecutionContext): boolean =>
  shown && context.switchToHttp().getRequest<{ url?: string }>() !== undefined;

@Injectable()
class Guarded {
  constructor(@InjectMcpServer() private readonly server: McpServerRef) {}

  @McpTool({ scopes: ['orders:write'] })
  write() {
    return 'written';
  }

  @McpResource('data://secret', { visibility: isShown })
  secret() {
    return 'secret';
  }

  @McpResource('data://open')
  open() {
    return 'open';
  }

  @McpTool()
  touch() {
    this.server.notifyResourceUpdated('data://secret');
    this.server.notifyResourceUpdated('data://open');
    return 'touched';
  }
}

const verifier = staticTokens({ ann: { token: 'a', scopes: ['orders:read'] } });
const authorization = 'Bearer a';

describe('Access to primitives', () => {
  let story: Story;
  let mcp: string;

  beforeEach(async () => {
    shown = true;
    story = await startStory({ auth: { verifier } }, [Guarded]);
    mcp = `${story.url}/mcp`;
  });

  afterEach(() => story.close());

  it('is checked before a modern call is dispatched', async () => {
    const headers = { authorization };
    const response = await postModern(mcp, 'tools/call', { name: 'write' }, { headers });
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toContain('scope="orders:write"');
  });

  it('is checked for every subscription of a modern client, and again for every change', async () => {
    const headers = { authorization };
    const uris = ['data://secret', 'data://open'];
    const notifications = { resourceSubscriptions: uris };
    const stream = await postModern(mcp, 'subscriptions/listen', { notifications }, { headers });
    const events = eventsOf(stream);
    expect(await next(events)).toMatchObject({ params: { notifications } });
    shown = false;
    await answerOf(postModern(mcp, 'tools/call', { name: 'touch' }, { headers }));
    expect(await next(events)).toMatchObject({ params: { uri: 'data://open' } });

    const again = await postModern(mcp, 'subscriptions/listen', { notifications }, { headers });
    expect(await next(eventsOf(again))).toMatchObject({
      params: { notifications: { resourceSubscriptions: ['data://open'] } },
    });
  });

  it('is checked for every subscription of a legacy client, and again for every change', async () => {
    const session = await openSession(mcp, '2025-06-18', { authorization });
    const subscribe = async (uri: string) =>
      (
        await post(
          mcp,
          { jsonrpc: '2.0', id: uri, method: 'resources/subscribe', params: { uri } },
          session,
        )
      ).json();
    expect(await subscribe('data://secret')).toMatchObject({ result: {} });
    expect(await subscribe('data://open')).toMatchObject({ result: {} });
    const stream = await fetch(mcp, { headers: { ...session, accept: 'text/event-stream' } });
    shown = false;
    const touch = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'touch' } };
    await post(mcp, touch, session);
    expect(await next(eventsOf(stream))).toMatchObject({ params: { uri: 'data://open' } });
    expect(await subscribe('data://secret')).toMatchObject({ error: { code: -32002 } });
  });
});

async function next(events: ReturnType<typeof eventsOf>): Promise<object> {
  const { data = '' } = await nextEvent(events);
  return JSON.parse(data) as object;
}
