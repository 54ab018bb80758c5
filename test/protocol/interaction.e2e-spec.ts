import { startStory, type Story } from './story.app.js';
import { ways, type Answers, type StoryClient } from './story.clients.js';
import { watched } from './story.service.js';

const trip = { city: 'Paris', nights: 2 };
const accepting: Answers = {
  elicit: () => ({ action: 'accept', content: trip }),
  sample: () => ({
    role: 'assistant',
    model: 'test-model',
    content: { type: 'text', text: 'Hello' },
  }),
  roots: () => ({ roots: [{ uri: 'file:///project' }] }),
};

const textOf = ({ content }: { content: unknown }): string =>
  (content as { text: string }[]).map(({ text }) => text).join('\n');

describe.each(ways)('A handler with questions to its client over $name', ({ era, connect }) => {
  let story: Story;
  let client: StoryClient | undefined;

  const open = async (answers?: Answers): Promise<StoryClient> => {
    client = await connect(story, answers);
    return client;
  };

  beforeEach(async () => {
    Object.assign(watched, { charges: 0, cleanups: 0, runs: 0, caught: 0 });
    story = await startStory();
  });

  afterEach(async () => {
    await client?.close();
    await story.close();
  });

  it('receives the answer as an instance of the class in its question', async () => {
    const asked: Record<string, unknown>[] = [];
    const elicit: Answers['elicit'] = (params) => {
      asked.push(params);
      return { action: 'accept', content: trip };
    };
    const { call } = await open({ elicit });
    expect(textOf(await call('book'))).toBe('true 2 nights in Paris');
    expect(asked).toMatchObject([
      {
        message: 'Where to?',
        requestedSchema: {
          type: 'object',
          properties: { city: { type: 'string' }, nights: { type: 'integer', minimum: 1 } },
          required: ['city', 'nights'],
        },
      },
    ]);
  });

  it.each(['decline', 'cancel'])(
    'receives a %s as a result, not as an exception',
    async (action) => {
      const { call } = await open({ elicit: () => ({ action }) });
      expect(textOf(await call('book'))).toBe(action);
    },
  );

  it('never receives an invalid answer: the model reads what is wrong with it', async () => {
    const content = { city: 'Paris', nights: 0 };
    const { call } = await open({ elicit: () => ({ action: 'accept', content }) });
    const result = await call('book').catch((error: Error) => ({
      isError: true,
      content: [{ text: error.message }],
    }));
    expect(result.isError).toBe(true);
    expect(textOf(result)).toContain('nights');
  });

  it('can ask several questions at once', async () => {
    const { call } = await open(accepting);
    expect(JSON.parse(textOf(await call('ask_all')))).toEqual({
      action: 'accept',
      model: 'test-model',
      roots: ['file:///project'],
    });
  });

  it('runs the work inside once() only once, however often it runs itself', async () => {
    const { call } = await open(accepting);
    expect(JSON.parse(textOf(await call('charge')))).toEqual({
      receipt: { number: 1 },
      answers: ['accept', 'accept'],
    });
    expect(watched).toMatchObject({ charges: 1, runs: era === 'modern' ? 3 : 1 });
  });

  it.each(['swallow', 'filtered'])('never loses a question: %s', async (name) => {
    const { call } = await open(accepting);
    expect(textOf(await call(name))).toBe('asked: accept');
    expect(watched.caught).toBe(0);
    if (name === 'swallow') expect(watched.cleanups).toBe(era === 'modern' ? 2 : 1);
  });

  it('can send the user to a page', async () => {
    const asked: Record<string, unknown>[] = [];
    const { call } = await open({
      elicit: (params) => {
        asked.push(params);
        return { action: 'accept' };
      },
    });
    expect(textOf(await call('pay'))).toBe('accept');
    expect(asked).toMatchObject([{ mode: 'url', url: 'https://pay.example.com/1' }]);
  });

  it('can ask from prompts and resources too', async () => {
    const { client: sdk } = await open(accepting);
    const prompt = await sdk.getPrompt({ name: 'travel' });
    expect(prompt.messages).toMatchObject([{ content: { text: 'Plan: 2 nights in Paris' } }]);
    const { contents } = await sdk.readResource({ uri: 'trip://7' });
    expect(contents).toMatchObject([{ text: '7: accept' }]);
  });

  it('reports to a client that it lacks the capability for an answer', async () => {
    const { call } = await open({ roots: accepting.roots as () => Record<string, unknown> });
    const outcome = await call('book').then(textOf, (error: Error) => error.message);
    expect(outcome).toContain('it has not declared elicitation');
  });

  it('does not run for a client without the required capabilities', async () => {
    const { call } = await open();
    await expect(call('guarded')).rejects.toMatchObject({
      code: -32021,
      data: { requiredCapabilities: { elicitation: {} } },
    });
    expect(watched.runs).toBe(0);
  });

  it('runs for a client with the required capabilities', async () => {
    const { call } = await open(accepting);
    expect(textOf(await call('guarded'))).toBe('ran');
  });
});
