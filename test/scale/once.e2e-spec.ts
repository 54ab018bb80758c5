import { answerOf, postModern } from '../protocol/modern.wire.js';
import { watched } from '../protocol/story.service.js';
import { startShared, type Shared } from './fleet.js';
import { describeWithRedis } from './redis.server.js';
import { until } from './wire.js';

type Json = Record<string, unknown>;

const yes = { action: 'accept', content: { city: 'Rome', nights: 2 } };

describeWithRedis('A call in rounds, before several processes', () => {
  let shared: Shared;
  let a: string;
  let b: string;

  beforeAll(async () => {
    shared = await startShared(2);
    [a, b] = shared.urls as [string, string];
  });

  afterAll(() => shared.close());

  const charge = (url: string, more: Json = {}) =>
    answerOf(
      postModern(
        `${url}/mcp`,
        'tools/call',
        { name: 'charge', ...more },
        { capabilities: { elicitation: {} } },
      ),
    );
  const stateOf = async (url: string) => {
    const { result } = await charge(url);
    return (result as { requestState: string }).requestState;
  };

  it('goes on in another process, and runs work inside once() once', async () => {
    const before = watched.charges;
    const requestState = await stateOf(a);
    const second = await charge(b, { requestState, inputResponses: { 1: yes } });
    const next = (second.result as { requestState: string }).requestState;
    const { result } = await charge(a, { requestState: next, inputResponses: { 2: yes } });
    expect(result).toMatchObject({ structuredContent: { answers: ['accept', 'accept'] } });
    expect(watched.charges).toBe(before + 1);
  });

  it('accepts a requestState once, if two processes receive it at the same moment', async () => {
    for (let i = 0; i < 20; i++) {
      const requestState = await stateOf(i % 2 === 0 ? a : b);
      const runs = watched.runs;
      const answer = { requestState, inputResponses: { 1: yes } };
      const both = await Promise.all([charge(a, answer), charge(b, answer)]);
      const refused = both.filter(({ error }) => error);
      expect(refused).toMatchObject([
        { error: { code: -32602, data: { reason: 'invalid_request_state' } } },
      ]);
      expect(watched.runs).toBe(runs + 1);
    }
  });

  it('is refused with 503 while it cannot be determined whether its requestState was used, and goes on afterwards', async () => {
    const requestState = await stateOf(a);
    const answer = { requestState, inputResponses: { 1: yes } };
    await shared.redis.stop();
    const response = await postModern(
      `${b}/mcp`,
      'tools/call',
      { name: 'charge', ...answer },
      { capabilities: { elicitation: {} } },
    );
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2']);
    await shared.redis.start();
    await until(async () => (await charge(b, answer)).result !== undefined);
  });
});
