import { Injectable } from '@nestjs/common';
import { McpResource, McpTool } from 'nestjs-mcp';
import { startStory } from './story.app.js';
import { connectLegacy, connectModern, toModern, toStreamable } from './story.clients.js';

@Injectable()
class Weather {
  @McpTool({ ui: 'ui://weather/view' })
  forecast() {
    return { city: 'Rome', degrees: 21 };
  }

  @McpTool({ ui: { resource: 'ui://weather/view', visibility: ['app'] }, meta: { own: 1 } })
  refresh() {
    return 'fresh';
  }

  @McpResource('ui://weather/view', {
    ui: { csp: { connectDomains: ['https://api.example.com'] }, prefersBorder: true },
  })
  view() {
    return '<!doctype html><title>Weather</title>';
  }
}

const ui = { csp: { connectDomains: ['https://api.example.com'] }, prefersBorder: true };

describe.each([
  ['legacy', (story) => connectLegacy(toStreamable(story))],
  ['modern', (story) => connectModern(toModern(story))],
] as [
  string,
  (story: Awaited<ReturnType<typeof startStory>>) => ReturnType<typeof connectModern>,
][])('A tool with a page, for a client of the %s era', (_era, connect) => {
  it('names the page, which has its media type and its display settings', async () => {
    const story = await startStory({}, [Weather]);
    const { client, close } = await connect(story);
    const { tools } = await client.listTools();
    expect(tools.map(({ name, _meta }) => [name, _meta])).toEqual([
      ['forecast', { ui: { resourceUri: 'ui://weather/view' } }],
      ['refresh', { own: 1, ui: { resourceUri: 'ui://weather/view', visibility: ['app'] } }],
    ]);
    const { contents } = await client.readResource({ uri: 'ui://weather/view' });
    expect(contents).toEqual([
      {
        uri: 'ui://weather/view',
        mimeType: 'text/html;profile=mcp-app',
        text: '<!doctype html><title>Weather</title>',
        _meta: { ui },
      },
    ]);
    const { getServerCapabilities } = client as unknown as {
      getServerCapabilities: () => object;
    };
    expect(getServerCapabilities.call(client)).toMatchObject({
      extensions: { 'io.modelcontextprotocol/ui': {} },
    });
    await close();
    await story.close();
  });
});

describe('A view that is not a page', () => {
  it('stops the boot', async () => {
    @Injectable()
    class WrongTool {
      @McpTool({ ui: 'https://example.com' })
      run() {
        return 1;
      }
    }
    await expect(startStory({}, [WrongTool])).rejects.toThrow(/WrongTool.run.*ui:\/\//);

    @Injectable()
    class WrongResource {
      @McpResource('data://x', { ui: { prefersBorder: true } })
      read() {
        return 1;
      }
    }
    await expect(startStory({}, [WrongResource])).rejects.toThrow(/WrongResource.read.*ui:\/\//);
  });
});
