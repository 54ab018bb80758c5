import { Client } from 'mcp-sdk-1-10/client/index.js';
import { SSEClientTransport } from 'mcp-sdk-1-10/client/sse.js';
import { StreamableHTTPClientTransport } from 'mcp-sdk-1-10/client/streamableHttp.js';
import { startStory, type Story } from './story.app.js';

const ways = [
  ['Streamable HTTP', (url: string) => new StreamableHTTPClientTransport(new URL('/mcp', url))],
  ['HTTP+SSE', (url: string) => new SSEClientTransport(new URL('/sse', url))],
] as const;

describe.each(ways)(
  'The client of SDK 1.10, which sends no version header, over %s',
  (_way, to) => {
    let story: Story;
    let client: Client;

    beforeAll(async () => {
      story = await startStory();
      client = new Client({ name: 'older', version: '1' });
      await client.connect(to(story.url));
    });

    afterAll(async () => {
      await client.close();
      await story.close();
    });

    it('finds everything that its revision defines', async () => {
      expect(client.getServerVersion()).toMatchObject({ name: 'story' });
      const { tools } = await client.listTools();
      expect(tools.map(({ name }) => name)).toContain('tick');
      const { resources } = await client.listResources();
      expect(resources.map(({ uri }) => uri)).toEqual(['data://clock']);
      const { prompts } = await client.listPrompts();
      expect(prompts.map(({ name }) => name)).toContain('review');
    });

    it('calls, reads, gets and completes', async () => {
      expect(await client.callTool({ name: 'tick' })).toMatchObject({
        content: [{ text: 'tock' }],
      });
      expect(await client.readResource({ uri: 'data://clock' })).toMatchObject({
        contents: [{ text: 'tick' }],
      });
      expect(
        await client.getPrompt({ name: 'review', arguments: { language: 'go' } }),
      ).toMatchObject({ messages: [{ content: { text: 'Review of go' } }] });
      const { completion } = await client.complete({
        ref: { type: 'ref/prompt', name: 'review' },
        argument: { name: 'language', value: 'g' },
      });
      expect(completion.values).toEqual(['go']);
    });
  },
);
