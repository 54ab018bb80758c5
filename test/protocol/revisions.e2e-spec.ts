import { Client as NextClient, type VersionNegotiationMode } from '@modelcontextprotocol/client';
import { sse, streamableHttp } from 'nestjs-mcp';
import { startStory, type Story } from './story.app.js';
import { toModern } from './story.clients.js';
import {
  eventsOf,
  initialize,
  INITIALIZED,
  nextEvent,
  openSession,
  post,
} from '../../libs/mcp/test/wire.js';
import { watched } from './story.service.js';

const revisions = ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'];
const list = (id: number) => ({ jsonrpc: '2.0', id, method: 'tools/list' });
const callOf = (id: number, name: string) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: {} },
});

describe('The handshake', () => {
  let story: Story;
  let mcp: string;

  beforeAll(async () => {
    story = await startStory();
    mcp = `${story.url}/mcp`;
  });

  afterAll(() => story.close());

  it.each(revisions)('agrees on %s over Streamable HTTP', async (revision) => {
    const response = await post(mcp, initialize(revision));
    const { result } = (await response.json()) as { result: Record<string, unknown> };
    expect(result).toMatchObject({
      protocolVersion: revision,
      serverInfo: { name: 'story', version: '1.0.0' },
      capabilities: {
        tools: { listChanged: true },
        prompts: { listChanged: true },
        resources: { listChanged: true, subscribe: true },
        logging: {},
        completions: {},
      },
    });
  });

  it.each(revisions)('agrees on %s over HTTP+SSE', async (revision) => {
    const controller = new AbortController();
    const stream = await fetch(`${story.url}/sse`, { signal: controller.signal });
    const events = eventsOf(stream);
    const endpoint = await nextEvent(events);
    await post(`${story.url}${endpoint.data}`, initialize(revision));
    const answer = await nextEvent(events);
    expect(JSON.parse(answer.data ?? '')).toMatchObject({ result: { protocolVersion: revision } });
    controller.abort();
  });

  it.each(revisions)('agrees on %s over stdio', async (revision) => {
    const own = await startStory();
    const [answer] = await exchange(own, [initialize(revision)]);
    expect(answer).toMatchObject({ result: { protocolVersion: revision } });
    await own.close();
  });

  it('answers an unknown revision, and the modern one, with the newest one that has a handshake', async () => {
    for (const revision of ['2023-01-01', '2026-07-28', '2099-01-01']) {
      const response = await post(mcp, initialize(revision));
      expect(await response.json()).toMatchObject({ result: { protocolVersion: '2025-11-25' } });
    }
  });

  it('allows batches in 2025-03-26 alone', async () => {
    const older = await openSession(mcp, '2025-03-26');
    const answers = await post(mcp, [list(1), INITIALIZED, callOf(2, 'tick')], older);
    const messages = (await answers.json()) as { id: number }[];
    expect(messages.map(({ id }) => id)).toEqual([1, 2]);
    for (const revision of ['2024-11-05', '2025-06-18', '2025-11-25']) {
      const session = await openSession(mcp, revision);
      const refused = await post(mcp, [list(1)], session);
      expect(refused.status).toBe(400);
    }
  });

  it('declares no notifications to a client without a session', async () => {
    const own = await startStory({ transports: [streamableHttp({ stateless: true })] });
    const response = await post(`${own.url}/mcp`, initialize('2025-11-25'));
    const { result } = (await response.json()) as { result: { capabilities: object } };
    expect(result.capabilities).toEqual({
      tools: {},
      prompts: {},
      resources: {},
      logging: {},
      completions: {},
    });
    await own.close();
  });

  it('is required for questions, which fail without a session', async () => {
    const own = await startStory({ transports: [streamableHttp({ stateless: true })] });
    const response = await post(`${own.url}/mcp`, callOf(1, 'book'));
    const { result } = (await response.json()) as { result: { content: { text: string }[] } };
    expect(result).toMatchObject({ isError: true });
    expect(result.content[0]?.text).toContain('no session');
    await own.close();
  });
});

describe('A client that lost its stream', () => {
  it('resumes it for the result of a call that has ended it', async () => {
    const story = await startStory();
    const mcp = `${story.url}/mcp`;
    const session = await openSession(mcp);
    const response = await post(mcp, callOf(1, 'poll'), session);
    const events = eventsOf(response);
    const primer = await nextEvent(events);
    expect(primer).toMatchObject({ data: '', retry: expect.any(String) as string });
    expect(await events.next()).toMatchObject({ done: true });
    watched.events.dispatchEvent(new Event('go on'));
    const again = await fetch(mcp, {
      headers: { ...session, accept: 'text/event-stream', 'last-event-id': primer.id ?? '' },
    });
    const answer = await nextEvent(eventsOf(again));
    expect(JSON.parse(answer.data ?? '')).toMatchObject({
      id: 1,
      result: { content: [{ text: 'later' }] },
    });
    await story.close();
  });
});

const modes: [string, VersionNegotiationMode | undefined, string][] = [
  ['as it is', undefined, '2025-11-25'],
  ['that finds out for itself', 'auto', '2026-07-28'],
  ['pinned to the newest revision', { pin: '2026-07-28' }, '2026-07-28'],
];

describe.each(modes)('The client of SDK 2, %s', (_name, mode, negotiated) => {
  const connect = async (story: Story) => {
    const client = new NextClient(
      { name: 'next', version: '2' },
      mode && { versionNegotiation: { mode } },
    );
    await client.connect(toModern(story));
    return client;
  };

  it(`uses ${negotiated}`, async () => {
    const story = await startStory();
    const client = await connect(story);
    expect(client.getNegotiatedProtocolVersion()).toBe(negotiated);
    const { content } = await client.callTool({ name: 'tick' });
    expect(content).toEqual([{ type: 'text', text: 'tock' }]);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain('book');
    await client.close();
    await story.close();
  });

  const legacyOnly = [streamableHttp({ eras: ['legacy'] }), sse()];

  it('finds the legacy era if that is the only one, or reports that it does not', async () => {
    const story = await startStory({ transports: legacyOnly });
    const connecting = connect(story).then(
      async (client) => {
        const version = client.getNegotiatedProtocolVersion();
        await client.close();
        return version;
      },
      () => 'refused',
    );
    expect(await connecting).toBe(typeof mode === 'object' ? 'refused' : '2025-11-25');
    await story.close();
  });

  it('finds the modern era if that is the only one, or reports that it does not', async () => {
    const story = await startStory({ transports: [streamableHttp({ eras: ['modern'] })] });
    const connecting = connect(story).then(
      async (client) => {
        const version = client.getNegotiatedProtocolVersion();
        await client.close();
        return version;
      },
      () => 'refused',
    );
    expect(await connecting).toBe(mode === undefined ? 'refused' : '2026-07-28');
    await story.close();
  });
});

/** Writes messages on the pipes of a server, and reads as many answers. */
async function exchange({ pipes }: Story, messages: readonly object[]): Promise<object[]> {
  for (const message of messages) pipes.input.write(`${JSON.stringify(message)}\n`);
  const answers: object[] = [];
  let rest = '';
  for await (const chunk of pipes.output) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    answers.push(...lines.map((line) => JSON.parse(line) as object));
    if (answers.length >= messages.length) break;
  }
  return answers;
}
