import type { Message } from './json-rpc.js';
import { keepJson, toJson } from './kept-json.js';

const answer = (result: object, id: string | number = 7): Message =>
  ({ jsonrpc: '2.0', id, result }) as Message;

describe('A message as JSON', () => {
  const echo = keepJson({ name: 'echo', description: 'says "it" back\n' });
  const plain = { name: 'plain' };
  const refusal: Message = { jsonrpc: '2.0', id: 1, error: { code: 1, message: 'no' } };
  const news: Message = { jsonrpc: '2.0', method: 'a/b', params: { tools: [echo] } };

  it.each([
    ['a list', answer({ tools: [echo, keepJson({ name: 'other' })] })],
    ['a list with more to say', answer({ prompts: [echo], nextCursor: 'c"1', _meta: { a: 1 } })],
    ['a list of one that is not kept', answer({ resources: [echo, plain] })],
    ['a list that is kept as a whole', answer({ resources: keepJson([echo, plain]), ttlMs: 0 })],
    ['an empty list that is kept', answer({ resources: keepJson([]) })],
    ['an empty list', answer({ resourceTemplates: [], ttlMs: 0 })],
    ['a list under an odd id', answer({ tools: [echo] }, '"\\')],
    ['a result', answer({ content: [{ type: 'text', text: 'tools' }], tools: undefined })],
    ['a result that has tools of its own', answer({ tools: { echo } })],
    ['an error', refusal],
    ['a notification', news],
  ])('equals the output of JSON.stringify for %s', (_what, message) => {
    expect(JSON.parse(toJson(message))).toEqual(JSON.parse(JSON.stringify(message)));
  });

  it('contains definitions that are serialised once', () => {
    let times = 0;
    const counted = keepJson({ name: 'counted', toJSON: () => ({ name: `written ${++times}` }) });
    toJson(answer({ tools: [echo, counted] }));
    expect(toJson(answer({ tools: [counted] }))).toContain('"written 1"');
  });
});
