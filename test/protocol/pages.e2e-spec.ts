import { Injectable } from '@nestjs/common';
import { McpPrompt, McpResource, McpTool } from 'nestjs-mcp';
import { startStory, type Story } from './story.app.js';
import { connectLegacy, connectModern, toModern, toStreamable } from './story.clients.js';

@Injectable()
class Many {
  @McpTool({ name: 'a' })
  @McpTool({ name: 'b' })
  @McpTool({ name: 'c' })
  @McpTool({ name: 'd' })
  @McpTool({ name: 'e' })
  @McpPrompt({ name: 'p' })
  @McpPrompt({ name: 'q' })
  @McpPrompt({ name: 'r' })
  @McpResource('data://1', { name: '1' })
  @McpResource('data://2', { name: '2' })
  @McpResource('data://3', { name: '3' })
  @McpResource('one://{?x}', { name: 't1' })
  @McpResource('two://{?x}', { name: 't2' })
  @McpResource('two://two/{?x}', { name: 't3' })
  run() {
    return 'ok';
  }
}

interface Page {
  names: string[];
  next?: string | undefined;
}

type Read = (method: string, cursor?: string) => Promise<Page>;

const lists = [
  ['tools/list', [['a', 'b'], ['c', 'd'], ['e']]],
  ['prompts/list', [['p', 'q'], ['r']]],
  ['resources/list', [['1', '2'], ['3']]],
  ['resources/templates/list', [['t1', 't3'], ['t2']]],
] as const;

function toPage(result: object): Page {
  const { nextCursor } = result as { nextCursor?: string };
  const items = Object.values(result).find(Array.isArray) as { name: string }[];
  return { names: items.map(({ name }) => name), next: nextCursor };
}

interface Reader {
  read: Read;
  close: () => unknown;
}

async function reader(story: Story, era: string): Promise<Reader> {
  if (era === 'modern') {
    const { modern, close } = await connectModern(toModern(story));
    return {
      close,
      read: async (method, cursor) =>
        toPage(await modern.request({ method: method as 'tools/list', params: { cursor } })),
    };
  }
  const { legacy, close } = await connectLegacy(toStreamable(story));
  const methods: Record<string, (params: object) => Promise<object>> = {
    'tools/list': (params) => legacy.listTools(params),
    'prompts/list': (params) => legacy.listPrompts(params),
    'resources/list': (params) => legacy.listResources(params),
    'resources/templates/list': (params) => legacy.listResourceTemplates(params),
  };
  return {
    close,
    read: async (method, cursor) =>
      toPage(await (methods[method] as (params: object) => Promise<object>)({ cursor })),
  };
}

describe.each(['legacy', 'modern'])('Lists in pages, for a client of the %s era', (era) => {
  let story: Story;
  let read: Read;
  let close: () => unknown;

  beforeAll(async () => {
    story = await startStory({ pageSize: 2 }, [Many]);
    ({ read, close } = await reader(story, era));
  });

  afterAll(async () => {
    await close();
    await story.close();
  });

  it.each(lists)('contain all of %s, in order, each item once', async (method, expected) => {
    const pages: string[][] = [];
    let cursor: string | undefined;
    do {
      const { names, next } = await read(method, cursor);
      pages.push(names);
      cursor = next;
    } while (cursor !== undefined);
    expect(pages).toEqual(expected);
  });

  it('refuse a cursor that was changed, invented, or made for another list', async () => {
    const { next = '' } = await read('tools/list');
    const forged = Buffer.from('"a"').toString('base64url');
    const wrong = [`${next}x`, next.replace(/^./, 'x'), `${forged}.${next.split('.')[1]}`, 'x', ''];
    for (const cursor of wrong) {
      await expect(read('tools/list', cursor)).rejects.toMatchObject({ code: -32602 });
    }
    await expect(read('prompts/list', next)).rejects.toMatchObject({ code: -32602 });
  });
});

describe('Lists in pages of two servers with one secret', () => {
  it('refuse each the cursors of the other', async () => {
    const stories = await Promise.all(
      ['shop', 'admin'].map((name) => startStory({ name, pageSize: 2 }, [Many])),
    );
    const [shop, admin] = (await Promise.all(stories.map((story) => reader(story, 'modern')))) as [
      Reader,
      Reader,
    ];
    const { next } = await shop.read('tools/list');
    await expect(admin.read('tools/list', next)).rejects.toMatchObject({ code: -32602 });
    expect(await shop.read('tools/list', next)).toMatchObject({ names: ['c', 'd'] });
    await Promise.all([shop.close(), admin.close()]);
    await Promise.all(stories.map((story) => story.close()));
  });
});

describe('Lists without a page size', () => {
  it('are complete, and refuse every cursor', async () => {
    const story = await startStory({}, [Many]);
    const { read, close } = await reader(story, 'legacy');
    expect(await read('tools/list')).toEqual({ names: ['a', 'b', 'c', 'd', 'e'], next: undefined });
    await expect(read('tools/list', 'x')).rejects.toMatchObject({ code: -32602 });
    await close();
    await story.close();
  });
});
