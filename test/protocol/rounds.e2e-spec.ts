import { jest } from '@jest/globals';
import { staticTokens } from 'nestjs-mcp';
import { post } from '../../libs/mcp/test/wire.js';
import { answerOf, postModern } from './modern.wire.js';
import { startStory, type Story } from './story.app.js';
import { watched } from './story.service.js';

interface Round {
  resultType: string;
  inputRequests: Record<string, { method: string }>;
  requestState: string;
  content?: { text: string }[];
}

const trip = { action: 'accept', content: { city: 'Rome', nights: 1 } };
const envelope = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': { elicitation: {} },
};
const tokens = staticTokens({ ann: { token: 'a', scopes: [] }, bob: { token: 'b', scopes: [] } });

describe('The state of a call that waits for an answer', () => {
  let story: Story;

  beforeAll(async () => {
    story = await startStory({ auth: { verifier: tokens } });
  });

  afterAll(() => story.close());

  const send = (
    method: string,
    params: Record<string, unknown>,
    token = 'a',
    url = story.url,
  ): ReturnType<typeof answerOf> =>
    answerOf(
      postModern(`${url}/mcp`, method, params, {
        capabilities: { elicitation: {} },
        headers: { authorization: `Bearer ${token}` },
      }),
    );

  const begin = async (name: string, input = {}, url = story.url): Promise<Round> => {
    const { result } = await send('tools/call', { name, arguments: input }, 'a', url);
    return result as Round;
  };

  const book = { name: 'book', arguments: {} };

  it('is created by a question, and used by the next round', async () => {
    const { resultType, inputRequests, requestState } = await begin('book');
    expect(resultType).toBe('input_required');
    expect(inputRequests).toMatchObject({ trip: { method: 'elicitation/create' } });
    const answered = { ...book, requestState, inputResponses: { trip, unknown: trip } };
    expect(await send('tools/call', answered)).toMatchObject({
      result: { resultType: 'complete', content: [{ text: 'true 1 nights in Rome' }] },
    });
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['something else', { other: trip }],
    ['what is no answer', { trip: 12 }],
    ['an action that there is not', { trip: { action: 'maybe' } }],
  ])('is asked for again when the client answers %s', async (_name, inputResponses) => {
    const { requestState } = await begin('book');
    expect(await send('tools/call', { ...book, requestState, inputResponses })).toMatchObject({
      result: { resultType: 'input_required', inputRequests: { trip: {} } },
    });
  });

  it('contains earlier answers, which later ones do not change', async () => {
    const charge = { name: 'charge', arguments: {} };
    const first = await begin('charge');
    expect(Object.keys(first.inputRequests)).toEqual(['1']);
    const { result } = await send('tools/call', {
      ...charge,
      requestState: first.requestState,
      inputResponses: { 1: { action: 'decline' } },
    });
    const second = result as Round;
    expect(Object.keys(second.inputRequests)).toEqual(['2']);
    expect(second.requestState).not.toBe(first.requestState);
    const charged = watched.charges;
    const last = await send('tools/call', {
      ...charge,
      requestState: second.requestState,
      inputResponses: { 1: trip, 2: { action: 'cancel' } },
    });
    const { content } = last.result as { content: { text: string }[] };
    expect(JSON.parse(content[0]?.text ?? '')).toMatchObject({ answers: ['decline', 'cancel'] });
    expect(watched.charges).toBe(charged);
  });

  it('is not needed for the answer to the first question in a first request, which ignores every other key', async () => {
    const answers = { trip, other: trip, 1: trip };
    expect(await send('tools/call', { ...book, inputResponses: answers })).toMatchObject({
      result: { resultType: 'complete' },
    });
    const { trip: _, ...others } = answers;
    expect(await send('tools/call', { ...book, inputResponses: others })).toMatchObject({
      result: { resultType: 'input_required', inputRequests: { trip: {} } },
    });
  });

  it('ignores answers to later questions that were never asked, in a first request and in a second', async () => {
    const charge = { name: 'charge', arguments: {} };
    const ahead = { 1: { action: 'decline' }, 2: { action: 'accept', content: {} } };
    const { requestState } = await begin('charge');
    for (const state of [{}, { requestState }]) {
      const { result } = await send('tools/call', { ...charge, ...state, inputResponses: ahead });
      expect(result).toMatchObject({ resultType: 'input_required' });
      expect(Object.keys((result as Round).inputRequests)).toEqual(['2']);
    }
  });

  it('can be used once, whether it is sent again afterwards or at the same time', async () => {
    const { requestState } = await begin('book');
    const answered = { ...book, requestState, inputResponses: { trip } };
    const both = await Promise.all([send('tools/call', answered), send('tools/call', answered)]);
    expect(both).toContainEqual(expect.objectContaining({ error: expect.anything() }));
    expect(both).toContainEqual(expect.objectContaining({ result: expect.anything() }));
    expect(await send('tools/call', answered)).toMatchObject(refused);
    const states = await Promise.all([begin('book'), begin('book')]);
    for (const { requestState: fresh } of states) {
      expect(await send('tools/call', { ...answered, requestState: fresh })).toMatchObject({
        result: { resultType: 'complete' },
      });
    }
  });

  const refused = { error: { code: -32602, data: { reason: 'invalid_request_state' } } };

  it('is refused when it was changed', async () => {
    const { requestState } = await begin('book');
    const [payload = '', signature = ''] = requestState.split('.');
    const state = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const forged = Buffer.from(JSON.stringify({ ...state, answers: { trip } })).toString(
      'base64url',
    );
    const wrong = [`${requestState}x`, `${forged}.${signature}`, `${payload}.`, '', '.', 7, {}];
    for (const changed of wrong) {
      expect(await send('tools/call', { ...book, requestState: changed })).toMatchObject(refused);
    }
  });

  it('is refused from another caller, for another tool, another input or another method', async () => {
    const { requestState } = await begin('book');
    const inputResponses = { trip };
    const answered = { ...book, requestState, inputResponses };
    expect(await send('tools/call', answered, 'b')).toMatchObject(refused);
    expect(await send('tools/call', { ...answered, name: 'swallow' })).toMatchObject(refused);
    expect(await send('tools/call', { ...answered, arguments: { x: 1 } })).toMatchObject(refused);
    expect(await send('prompts/get', { name: 'travel', requestState })).toMatchObject(refused);
    expect(await send('tools/call', answered)).toMatchObject({
      result: { resultType: 'complete' },
    });
  });

  it('is refused for another resource, whatever name the request also carries', async () => {
    const read = (uri: string, more: object = {}) =>
      send('resources/read', { uri, name: 'any', ...more }, 'a');
    const { requestState } = (await read('trip://rome')).result as Round;
    const answered = { requestState, inputResponses: { 1: trip } };
    expect(await read('trip://paris', answered)).toMatchObject(refused);
    expect(await read('trip://rome', answered)).toMatchObject({
      result: { contents: [{ text: 'rome: accept' }] },
    });
  });

  it.each([
    [{ f: { a: 1 } }, { f: [['a', 1]] }],
    [{ f: {} }, { f: [] }],
    [{ f: '[]' }, { f: [] }],
    [{ f: [1, [2]] }, { f: [[1], 2] }],
    [{ f: { a: 1, b: 2 } }, { f: { a: { b: 2 } } }],
    [{ f: 1 }, { f: '1' }],
    [{ f: null }, {}],
  ])('for the input %j is refused for the input %j', async (given, other) => {
    const { requestState } = await begin('note', given);
    const answered = { name: 'note', requestState, inputResponses: { 1: trip } };
    expect(await send('tools/call', { ...answered, arguments: other })).toMatchObject(refused);
  });

  it('for the input null is refused for a number that is too large for JavaScript', async () => {
    const { requestState } = await begin('note', { f: null });
    const body = {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'note', arguments: { f: 'huge' }, requestState, _meta: envelope },
    };
    const response = post(`${story.url}/mcp`, JSON.stringify(body).replace('"huge"', '1e999'), {
      authorization: 'Bearer a',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': 'note',
    });
    expect(await answerOf(response)).toMatchObject(refused);
  });

  it('is valid for the same input with its keys in another order', async () => {
    const { requestState } = await begin('note', { f: { a: 1, 2: [{ c: 3, b: 4 }] }, e: 5 });
    const answered = { name: 'note', requestState, inputResponses: { 1: trip } };
    const reordered = { e: 5, f: { 2: [{ b: 4, c: 3 }], a: 1 } };
    expect(await send('tools/call', { ...answered, arguments: reordered })).toMatchObject({
      result: { resultType: 'complete' },
    });
  });

  it('is valid on another instance with the same secret, and on no other', async () => {
    const { requestState } = await begin('book');
    const same = await startStory({ auth: { verifier: tokens } });
    const other = await startStory({
      auth: { verifier: tokens },
      stateSecret: 'another'.repeat(5),
    });
    const answered = { ...book, requestState, inputResponses: { trip } };
    expect(await send('tools/call', answered, 'a', same.url)).toMatchObject({
      result: { resultType: 'complete' },
    });
    expect(await send('tools/call', answered, 'a', other.url)).toMatchObject(refused);
    await Promise.all([same.close(), other.close()]);
  });

  it('is valid while its secret is being replaced', async () => {
    const [old, next] = ['old '.repeat(8), 'new '.repeat(8)];
    const at = (stateSecret: string[]) => startStory({ auth: { verifier: tokens }, stateSecret });
    const [before, during, after] = [await at([old]), await at([next, old]), await at([next])];
    const state = async ({ url }: { url: string }) => {
      const { result } = await send('tools/call', book, 'a', url);
      const { requestState } = result as { requestState: string };
      return { ...book, requestState, inputResponses: { trip } };
    };
    const [first, second] = [await state(before), await state(during)];
    const good = { result: { resultType: 'complete' } };
    expect(await send('tools/call', first, 'a', during.url)).toMatchObject(good);
    expect(await send('tools/call', first, 'a', after.url)).toMatchObject(refused);
    expect(await send('tools/call', second, 'a', after.url)).toMatchObject(good);
    await Promise.all([before.close(), during.close(), after.close()]);
  });

  it.each([['a short one'], [['a list with '.repeat(4), 'a short one']], [[]]])(
    'is signed with no secret under 32 bytes: the boot stops (%j)',
    async (stateSecret: string | string[]) => {
      await expect(startStory({ stateSecret })).rejects.toThrow(/stateSecret.*32 bytes/);
    },
  );

  it('is refused an hour later', async () => {
    const { requestState } = await begin('book');
    const now = Date.now();
    const clock = jest.spyOn(Date, 'now').mockReturnValue(now + 3_600_001);
    try {
      expect(await send('tools/call', { ...book, requestState })).toMatchObject(refused);
    } finally {
      clock.mockRestore();
    }
  });

  it('is ignored by lists', async () => {
    const { result } = await send('tools/list', { requestState: 'x', inputResponses: {} });
    expect(result).toMatchObject({ resultType: 'complete' });
  });
});
