import {
  PromptListChangedNotificationSchema,
  ResourceListChangedNotificationSchema,
  ResourceUpdatedNotificationSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { startStory, type Story } from './story.app.js';
import {
  connectLegacy,
  connectModern,
  toModern,
  toPipes,
  toSse,
  toStreamable,
} from './story.clients.js';

/** Resolves when so many have come. */
class Received {
  readonly all: string[] = [];
  private readonly waiting: { count: number; resolve: () => void }[] = [];

  add(news: string): void {
    this.all.push(news);
    for (const { count, resolve } of this.waiting) if (this.all.length >= count) resolve();
  }

  async until(count: number): Promise<string[]> {
    if (this.all.length < count) {
      await new Promise<void>((resolve) => {
        this.waiting.push({ count, resolve });
      });
    }
    return this.all.toSorted();
  }
}

const legacyWays = [
  ['Streamable HTTP', toStreamable],
  ['HTTP+SSE', toSse],
  ['stdio', toPipes],
] as const;

describe.each(legacyWays)('Notifications for a legacy client over %s', (_name, toTransport) => {
  it('of changed lists are sent without a subscription, those of resources after one', async () => {
    const story = await startStory();
    const { legacy, call, close } = await connectLegacy(toTransport(story));
    const received = new Received();
    const listen = (schema: never, name: string): void =>
      legacy.setNotificationHandler(schema, ({ params }: { params?: { uri?: string } }) =>
        received.add([name, params?.uri].filter(Boolean).join(' ')),
      );
    listen(ToolListChangedNotificationSchema as never, 'tools');
    listen(PromptListChangedNotificationSchema as never, 'prompts');
    listen(ResourceListChangedNotificationSchema as never, 'resources');
    listen(ResourceUpdatedNotificationSchema as never, 'updated');

    await call('grow');
    expect(await received.until(3)).toEqual(['prompts', 'resources', 'tools']);

    await call('tick');
    await legacy.subscribeResource({ uri: 'data://clock' });
    await call('tick');
    expect(await received.until(4)).toContain('updated data://clock');

    await legacy.unsubscribeResource({ uri: 'data://clock' });
    await call('tick');
    await call('grow');
    await received.until(7);
    expect(received.all.filter((news) => news.startsWith('updated'))).toHaveLength(1);

    await expect(legacy.subscribeResource({ uri: 'data://none' })).rejects.toMatchObject({
      code: -32002,
    });
    await close();
    await story.close();
  });
});

describe('A subscription to a URI whose scheme the client writes in capitals', () => {
  it('is told of changes under that URI in the legacy era, counts once, and ends under any case', async () => {
    const story = await startStory({ limits: { subscriptions: 1 } });
    const { legacy, call, close } = await connectLegacy(toStreamable(story));
    const received = new Received();
    legacy.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) =>
      received.add(params.uri),
    );
    await legacy.subscribeResource({ uri: 'data://clock' });
    await legacy.subscribeResource({ uri: 'DATA://clock' });
    await call('tick');
    expect(await received.until(1)).toEqual(['DATA://clock']);
    await legacy.unsubscribeResource({ uri: 'Data://clock' });
    await call('tick');
    await legacy.subscribeResource({ uri: 'data://clock' });
    await call('tick');
    expect(await received.until(2)).toEqual(['DATA://clock', 'data://clock']);
    await close();
    await story.close();
  });

  it('is told of changes under that URI in the modern era', async () => {
    const story = await startStory();
    const { modern, call, close } = await connectModern(toModern(story));
    const received = new Received();
    modern.setNotificationHandler('notifications/resources/updated', ({ params }) =>
      received.add(params.uri),
    );
    const resourceSubscriptions = ['DATA://clock'];
    const subscription = await modern.listen({ resourceSubscriptions });
    expect(subscription.honoredFilter).toEqual({ resourceSubscriptions });
    await call('tick');
    expect(await received.until(1)).toEqual(resourceSubscriptions);
    await subscription.close();
    await close();
    await story.close();
  });
});

describe('The number of subscriptions', () => {
  it('of one legacy session is limited', async () => {
    const story = await startStory({ limits: { subscriptions: 1 } });
    const { legacy, close } = await connectLegacy(toStreamable(story));
    await legacy.subscribeResource({ uri: 'data://clock' });
    await legacy.subscribeResource({ uri: 'data://clock' });
    await expect(legacy.subscribeResource({ uri: 'trip://1' })).rejects.toThrow('at most 1');
    await close();
    await story.close();
  });

  it('is limited in the modern era too, and decreases when one is closed', async () => {
    const story = await startStory({ limits: { subscriptions: 1 } });
    const { modern, close } = await connectModern(toModern(story));
    const first = await modern.listen({ toolsListChanged: true });
    await expect(modern.listen({ toolsListChanged: true })).rejects.toThrow('at most 1');
    await first.close();
    const again = await retry(() => modern.listen({ promptsListChanged: true }));
    expect(again.honoredFilter).toEqual({ promptsListChanged: true });
    await close();
    await story.close();
  });
});

/** The server learns of a closed stream a moment after its client. */
async function retry<T>(open: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await open();
    } catch (error) {
      if (!String(error).includes('at most')) throw error;
    }
  }
}

const modernWays = [
  ['Streamable HTTP', toModern],
  ['stdio', (story: Story) => toPipes(story) as never],
] as const;

describe.each(modernWays)('Notifications for a modern client over %s', (_name, toTransport) => {
  it('are those that it has requested, and only of existing resources', async () => {
    const story = await startStory();
    const { modern, call, close } = await connectModern(toTransport(story));
    const received = new Received();
    modern.setNotificationHandler('notifications/tools/list_changed', () => received.add('tools'));
    modern.setNotificationHandler('notifications/prompts/list_changed', () =>
      received.add('prompts'),
    );
    modern.setNotificationHandler('notifications/resources/list_changed', () =>
      received.add('resources'),
    );
    modern.setNotificationHandler('notifications/resources/updated', ({ params }) =>
      received.add(`updated ${params.uri}`),
    );

    const subscription = await modern.listen({
      promptsListChanged: true,
      resourceSubscriptions: ['data://clock', 'data://none'],
    });
    expect(subscription.honoredFilter).toEqual({
      promptsListChanged: true,
      resourceSubscriptions: ['data://clock'],
    });
    await call('grow');
    await call('tick');
    expect(await received.until(2)).toEqual(['prompts', 'updated data://clock']);

    await subscription.close();
    await call('tick');
    const other = await modern.listen({ toolsListChanged: true });
    await call('grow');
    expect(await received.until(3)).toEqual(['prompts', 'tools', 'updated data://clock']);
    await other.close();
    await close();
    await story.close();
  });

  it('end with a result when the server shuts down', async () => {
    const story = await startStory();
    const { modern, close } = await connectModern(toTransport(story));
    const subscription = await modern.listen({ toolsListChanged: true });
    await story.close();
    expect(await subscription.closed).toBe('graceful');
    await close();
  });
});
