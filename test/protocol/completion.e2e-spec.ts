import { startStory, type Story } from './story.app.js';
import { ways, type StoryClient } from './story.clients.js';

describe.each(ways)('Completions over $name', ({ connect }) => {
  let story: Story;
  let client: StoryClient;

  beforeAll(async () => {
    story = await startStory();
    client = await connect(story);
  });

  afterAll(async () => {
    await client.close();
    await story.close();
  });

  const complete = async (
    ref: { type: 'ref/prompt'; name: string } | { type: 'ref/resource'; uri: string },
    name: string,
    value: string,
    given?: Record<string, string>,
  ) => {
    const { completion } = await client.client.complete({
      ref,
      argument: { name, value },
      ...(given && { context: { arguments: given } }),
    });
    return completion;
  };

  it('come from a method, which receives the other arguments', async () => {
    const place = { type: 'ref/prompt', name: 'place' } as const;
    expect(await complete(place, 'city', 'Pa', { country: 'FR' })).toEqual({
      values: ['Paris', 'Pau'],
      total: 2,
      hasMore: false,
    });
    expect(await complete(place, 'city', 'Pa')).toMatchObject({ values: ['Paderborn'] });
  });

  it('come from the values that a DTO allows, without code', async () => {
    const review = { type: 'ref/prompt', name: 'review' } as const;
    expect(await complete(review, 'language', 'J')).toMatchObject({ values: ['java'] });
    expect(await complete(review, 'language', '')).toMatchObject({
      values: ['go', 'java', 'typescript'],
    });
  });

  it('are empty without a declared completion', async () => {
    const place = { type: 'ref/prompt', name: 'place' } as const;
    expect(await complete(place, 'country', 'F')).toEqual({ values: [], total: 0, hasMore: false });
  });

  it('are limited to a hundred, with their total number', async () => {
    const trip = { type: 'ref/resource', uri: 'trip://{id}' } as const;
    const { values, total, hasMore } = await complete(trip, 'id', 'x');
    expect([values.length, values[0], total, hasMore]).toEqual([100, 'x0', 150, true]);
  });

  it('of an unknown prompt or template are refused', async () => {
    const nothing = { type: 'ref/prompt', name: 'nothing' } as const;
    await expect(complete(nothing, 'x', '')).rejects.toMatchObject({ code: -32602 });
  });

  it('that fail hide the reason from the client', async () => {
    const trip = { type: 'ref/resource', uri: 'trip://{id}' } as const;
    const failure: Error = await complete(trip, 'id', 'fail').then(
      () => new Error('answered'),
      (error: Error) => error,
    );
    expect(failure.message).toContain('Internal error');
    expect(failure.message).not.toContain('xyzzy');
  });
});
