import type { Message } from '../protocol/json-rpc.js';
import { KnownEnvelopes } from './known.envelopes.js';
import { classify } from './modern.message.js';
import { MODERN_VERSION } from '../protocol/protocol-version.js';

const prefix = 'io.modelcontextprotocol/';

function callBy(client: string, envelope: object = {}): Message {
  const _meta = {
    [`${prefix}protocolVersion`]: MODERN_VERSION,
    [`${prefix}clientInfo`]: { name: client, version: '1.0.0' },
    [`${prefix}clientCapabilities`]: {},
    ...envelope,
  };
  return { jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta } };
}

describe('an envelope that has been found in order before', () => {
  const headers = { version: MODERN_VERSION, method: 'tools/list' };

  it('is taken again, with another progress token and trace', () => {
    const first = callBy('again');
    const second = callBy('again', { progressToken: 7, traceparent: '00-1-2-03' });
    for (const message of [first, second, first]) {
      expect(classify(message, headers)).toEqual({
        era: 'modern',
        request: { message, revision: MODERN_VERSION },
      });
    }
  });

  it.each([
    ['another revision', { version: '2027-01-01' }],
    ['another method', { method: 'tools/call' }],
  ])('does not help a request whose header names %s', (_what, wrong) => {
    classify(callBy('mismatch'), headers);
    const found = classify(callBy('mismatch'), { ...headers, ...wrong });
    expect(found.refusal).toMatchObject({ status: 400, code: -32020 });
  });

  it.each([
    ['capabilities', { [`${prefix}clientCapabilities`]: { sampling: 'yes' } }],
    ['a client', { [`${prefix}clientInfo`]: null }],
    ['a log level', { [`${prefix}logLevel`]: 'loud' }],
  ])('does not help one with wrong %s', (_what, wrong) => {
    classify(callBy('wrong'), headers);
    const found = classify(callBy('wrong', wrong), headers);
    expect(found.refusal).toMatchObject({ status: 400, code: -32602 });
  });

  it('is forgotten after 256 others, or at once where it is long', () => {
    const known = new KnownEnvelopes();
    for (let n = 0; n <= 256; n++) known.add({ [`${prefix}clientInfo`]: { name: `client ${n}` } });
    const long = { [`${prefix}clientInfo`]: { name: 'n'.repeat(5_000) } };
    known.add(long);
    const isKnown = (n: number): boolean =>
      known.has({ [`${prefix}clientInfo`]: { name: `client ${n}` } });
    expect([isKnown(0), isKnown(1), isKnown(256), known.has(long)]).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
});
