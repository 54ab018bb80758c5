import { classifyInboundRequest } from '@modelcontextprotocol/server';
import fc from 'fast-check';
import { classify, type StandardHeaders } from './era.js';
import type { Message } from './json-rpc.js';
import { logLevels } from './log-level.js';
import { metaKeys } from './request-meta.js';

const versions = ['2026-07-28', '2027-01-01', '2025-11-25', '2024-11-05', '', 'draft'];
const methods = ['tools/call', 'tools/list', 'initialize', 'server/discover', 'notifications/x'];

/** Mostly the value, sometimes anything else, sometimes nothing. */
function mostly<T>(value: fc.Arbitrary<T>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 6, arbitrary: value }, wrong, missing);
}

const missing = fc.constant(undefined);
const wrong = fc.constantFrom<unknown>(null, 7, 'text', true, [], [1], {}, { a: 1 }, { a: {} });
const members = (shape: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown> =>
  fc.record(Object.fromEntries(Object.entries(shape).map(([key, value]) => [key, mostly(value)])), {
    requiredKeys: [],
  });
const anyObject = fc.dictionary(fc.string({ maxLength: 3 }), fc.jsonValue({ maxDepth: 1 }), {
  maxKeys: 2,
});

const icon = members({
  src: fc.constant('data:,'),
  mimeType: fc.constant('image/png'),
  sizes: fc.array(mostly(fc.constant('48x48')), { maxLength: 2 }),
  theme: fc.constantFrom('light', 'dark', 'blue'),
});
const client = members({
  name: fc.constant('client'),
  version: fc.constant('1'),
  title: fc.constant('Client'),
  icons: fc.array(mostly(icon), { maxLength: 2 }),
  websiteUrl: fc.constant('https://example.com'),
  description: fc.constant('A client'),
});
const capabilities = members({
  experimental: fc.dictionary(fc.constantFrom('a', 'b'), mostly(anyObject)),
  sampling: members({ context: anyObject, tools: anyObject }),
  elicitation: members({ form: members({ applyDefaults: fc.boolean() }), url: anyObject }),
  roots: members({ listChanged: fc.boolean() }),
  tasks: anyObject,
  extensions: fc.dictionary(fc.constantFrom('a', 'b'), mostly(anyObject)),
});
const meta = fc.record(
  {
    [metaKeys.protocolVersion]: mostly(fc.constantFrom(...versions)),
    [metaKeys.clientInfo]: fc.oneof(fc.constant({ name: 'client', version: '1' }), mostly(client)),
    [metaKeys.clientCapabilities]: fc.oneof(fc.constant({}), mostly(capabilities)),
    [metaKeys.logLevel]: mostly(fc.constantFrom(...logLevels)),
    progressToken: fc.oneof(fc.string(), fc.integer()),
    traceparent: fc.string(),
  },
  { requiredKeys: [] },
);
const params = fc.record(
  { _meta: meta, name: fc.string(), protocolVersion: mostly(fc.constantFrom(...versions)) },
  { requiredKeys: [] },
);
const id = fc.oneof(fc.string(), fc.integer());
const call = fc.record(
  {
    jsonrpc: fc.constant('2.0'),
    id,
    method: fc.constantFrom(...methods),
    params,
  },
  { requiredKeys: ['jsonrpc', 'method'] },
);
const answer = fc.oneof(
  fc.record({ jsonrpc: fc.constant('2.0'), id, result: fc.constant({}) }),
  fc.record({
    jsonrpc: fc.constant('2.0'),
    id,
    error: fc.constant({ code: -32603, message: 'no' }),
  }),
);
const message = fc.oneof({ weight: 9, arbitrary: call }, { weight: 1, arbitrary: answer });
const body = fc.oneof(
  { weight: 9, arbitrary: message },
  { weight: 1, arbitrary: fc.array(message, { minLength: 1, maxLength: 3 }) },
);
const headers = fc.record(
  { version: fc.constantFrom(...versions), method: fc.constantFrom(...methods) },
  { requiredKeys: [] },
);

/** The SDK's answer, in the words of ours. */
function bySdk(given: unknown, { version, method }: StandardHeaders): object {
  const found = classifyInboundRequest({
    httpMethod: 'POST',
    body: given,
    ...(version !== undefined && { protocolVersionHeader: version }),
    ...(method !== undefined && { mcpMethodHeader: method }),
  });
  if (found.kind === 'legacy') return { era: 'legacy' };
  if (found.kind === 'reject') {
    const { httpStatus: status, code, data } = found;
    return { era: 'modern', refusal: { status, code, message: found.message, data } };
  }
  if (found.messageKind === 'notification') return { era: 'modern' };
  return { era: 'modern', revision: found.classification.revision };
}

describe('The era of a message', () => {
  it('is the one that the official SDK determines, with the same status, code, text and data', () => {
    const outcomes = new Set<string>();
    fc.assert(
      fc.property(body, headers, (given, sent) => {
        // What a transport has parsed: no undefined members.
        const parsed = JSON.parse(JSON.stringify(given)) as Message;
        const found = classify(parsed, sent);
        expect(found).toEqual(bySdk(parsed, sent));
        outcomes.add(
          'refusal' in found
            ? String(found.refusal.code)
            : `${found.era} ${'revision' in found ? 'request' : ''}`,
        );
      }),
      { numRuns: 2_000 },
    );
    // The corpus reaches every outcome that there is.
    expect([...outcomes].toSorted()).toEqual(
      ['-32020', '-32600', '-32602', 'legacy ', 'modern ', 'modern request'].toSorted(),
    );
  });

  it('is the modern one for a request with complete metadata and consistent headers', () => {
    const _meta = { [metaKeys.protocolVersion]: '2026-07-28', [metaKeys.clientCapabilities]: {} };
    const request: Message = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta } };
    expect(classify(request, { version: '2026-07-28', method: 'tools/list' })).toEqual({
      era: 'modern',
      revision: '2026-07-28',
    });
  });
});
