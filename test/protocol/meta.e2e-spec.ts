import { Injectable } from '@nestjs/common';
import { IsString } from 'class-validator';
import { McpContext, McpTool } from 'nestjs-mcp';
import { startStory, type Story } from './story.app.js';
import { ways, type StoryClient, type Way } from './story.clients.js';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const trace = {
  traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
  tracestate: 'shop=1',
  baggage: 'tenant=blue',
};

class Size {
  @IsString() size: string;
}

@Injectable()
class Shop {
  @McpTool({ description: 'Tells what the request carries.' })
  meta({ meta }: McpContext): { meta: object; isFrozen: boolean } {
    return { meta, isFrozen: Object.isFrozen(meta) };
  }

  @McpTool({ description: 'Asks for a size.' })
  async ask(context: McpContext): Promise<string> {
    const answer = await context.elicit(Size, 'Which size?');
    return answer.action === 'accept' ? answer.value.size : 'none';
  }
}

function callWithMeta(client: StoryClient, name: string, _meta: object) {
  const { legacy, modern } = client as unknown as Record<'legacy' | 'modern', typeof client.client>;
  const sdk = (legacy ?? modern) as unknown as {
    callTool(params: object): Promise<{ structuredContent: unknown; content: unknown }>;
  };
  return sdk.callTool({ name, arguments: {}, _meta });
}

describe.each(ways)('The _meta of a request over $name', (way: Way) => {
  let story: Story;
  const asked: Record<string, unknown>[] = [];

  beforeEach(async () => {
    story = await startStory({}, [Shop]);
  });

  afterEach(() => story.close());

  async function connect(): Promise<StoryClient> {
    asked.length = 0;
    return way.connect(story, {
      elicit: (params) => {
        asked.push(params);
        return { action: 'accept', content: { size: 'L' } };
      },
    });
  }

  it('is passed to the handler as the client sent it, read-only', async () => {
    const client = await connect();
    const { content } = await callWithMeta(client, 'meta', { ...trace, 'shop.example/till': 7 });
    const [{ text }] = content as [{ text: string }];
    expect(JSON.parse(text)).toMatchObject({
      isFrozen: true,
      meta: { ...trace, 'shop.example/till': 7 },
    });
    await client.close();
  });

  it('is an empty object if the client sends none', async () => {
    const client = await connect();
    const { content } = await client.call('meta');
    const [{ text }] = content as [{ text: string }];
    const { meta } = JSON.parse(text) as { meta: object };
    const own = Object.keys(meta).filter((key) => !key.startsWith('io.modelcontextprotocol/'));
    expect(own).toEqual([]);
    await client.close();
  });

  it(
    way.era === 'legacy'
      ? 'gives a question its trace context, and nothing else'
      : 'gives a question nothing: it is part of the answer to the request that has the trace context',
    async () => {
      const client = await connect();
      await callWithMeta(client, 'ask', { ...trace, 'shop.example/till': 7 });
      await callWithMeta(client, 'ask', { traceparent: 'no trace', tracestate: 'shop=1' });
      expect(asked.map(({ _meta }) => _meta)).toEqual([
        way.era === 'legacy' ? trace : undefined,
        undefined,
      ]);
      await client.close();
    },
  );
});
