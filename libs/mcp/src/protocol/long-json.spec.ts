import type { Message } from './json-rpc.js';
import { LONG, PIECE, toPieces } from './long-json.js';

const answer = (result: object, id: string | number = 7): Message =>
  ({ jsonrpc: '2.0', id, result }) as Message;
const text = (value: string): object => ({ type: 'text', text: value });

describe('An answer with a long text', () => {
  const long = 'It "says"\n\\ \u0000 é 漢 '.repeat(LONG / 16);
  const pair = '😀'.repeat(LONG / 2 + 1);
  const owned = { type: 'text', text: long, toJSON: () => ({ type: 'text', text: 'own' }) };

  const refusal: Message = { jsonrpc: '2.0', id: 1, error: { code: 1, message: long } };
  const news: Message = { jsonrpc: '2.0', method: 'a/b', params: { content: [text(long)] } };

  it.each([
    ['a block', answer({ content: [text(long)] })],
    ['a block with more to say', answer({ content: [{ ...text(long), _meta: { a: 1 } }] }, '"\\')],
    ['a block without anything else', answer({ contents: [{ text: long }] })],
    ['several blocks', answer({ content: [text('a'), text(long), text('b'), text(long)] })],
    ['a result with more to say', answer({ resultType: 'complete', content: [text(long)], a: 1 })],
    [
      'base64',
      answer({ content: [{ type: 'image', data: 'AAAA'.repeat(LONG / 4 + 1), mimeType: 'a/b' }] }),
    ],
    ['the contents of a resource', answer({ contents: [{ uri: 'a:b', blob: long }] })],
    ['pairs of surrogates', answer({ content: [text(pair), text(`a${pair}`)] })],
    ['halves of pairs', answer({ content: [text(`${'\ud83d'.repeat(LONG)}\ude00`)] })],
    ['a block that writes itself', answer({ content: [owned, text(long)] })],
    ['what is not JSON', answer({ content: [undefined, text(long)], gone: undefined })],
  ])('is what JSON.stringify writes of %s', (_what, message) => {
    const pieces = toPieces(message) ?? [];
    expect(pieces.length).toBeGreaterThan(1);
    expect(JSON.parse(Buffer.concat(pieces).toString())).toEqual(
      JSON.parse(JSON.stringify(message)),
    );
  });

  it('is in pieces that are not much longer than what they are made of', () => {
    const pieces = toPieces(answer({ content: [text('a'.repeat(2 * LONG))] })) ?? [];
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(2 * PIECE);
  });

  it.each([
    ['a short text', answer({ content: [text('a')] })],
    ['no block', answer({ content: [], structuredContent: { text: long } })],
    ['a result that writes itself', answer({ content: [text(long)], toJSON: () => ({}) })],
    ['an error', refusal],
    ['a notification', news],
  ])('is only that: %s has no pieces', (_what, message) => {
    expect(toPieces(message)).toBeUndefined();
  });
});
