import { JSONRPCMessageSchema } from '@modelcontextprotocol/sdk/types.js';
import * as fc from 'fast-check';
import { isDeeperThan, isMessage } from './json-rpc.js';

const id = fc.oneof(fc.string(), fc.integer(), fc.double(), fc.constant(null), fc.boolean());
const meta = fc.oneof(
  fc.jsonValue(),
  fc.record(
    {
      progressToken: fc.oneof(id, fc.constant({})),
      'io.modelcontextprotocol/related-task': fc.oneof(
        fc.jsonValue(),
        fc.record({ taskId: fc.oneof(fc.string(), fc.integer()) }),
      ),
    },
    { requiredKeys: [] },
  ),
);
const params = fc.oneof(
  fc.jsonValue(),
  fc.record({ _meta: meta, name: fc.string() }, { requiredKeys: [] }),
);
const error = fc.oneof(
  fc.jsonValue(),
  fc.record(
    {
      code: fc.oneof(fc.integer(), fc.double(), fc.string()),
      message: fc.oneof(fc.string(), fc.integer()),
      data: fc.jsonValue(),
    },
    { requiredKeys: [] },
  ),
);
const message = fc.record(
  {
    jsonrpc: fc.oneof(
      { weight: 9, arbitrary: fc.constant('2.0') },
      { weight: 1, arbitrary: fc.constant('1.0') },
    ),
    id,
    method: fc.oneof(fc.string(), fc.string(), fc.integer()),
    params,
    result: params,
    error,
    extra: fc.string(),
  },
  { requiredKeys: [] },
);

/** As it would come out of a request. */
function onTheWire(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

describe('isMessage', () => {
  it('accepts what the SDK accepts, and nothing that the SDK would drop', () => {
    fc.assert(
      fc.property(fc.oneof(message, fc.jsonValue()), (value) => {
        const sent = onTheWire(value);
        expect(isMessage(sent)).toBe(JSONRPCMessageSchema.safeParse(sent).success);
      }),
      { numRuns: 5_000 },
    );
  });

  it('does not confuse a key with a member of the prototype', () => {
    expect(isMessage(JSON.parse('{"jsonrpc":"2.0","method":"a","__proto__":{}}'))).toBe(false);
  });
});

describe('isDeeperThan', () => {
  it('measures nesting without going deeper than the limit', () => {
    const deep: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));
    expect(isDeeperThan(deep, 64)).toBe(true);
    expect(isDeeperThan({ a: [{}] }, 3)).toBe(false);
    expect(isDeeperThan({ a: [{}] }, 2)).toBe(true);
    expect(isDeeperThan('text', 0)).toBe(false);
  });
});
